-- The visits of one special calendar, from the last one back.
INSERT INTO booking_appointment (uid, agenda_id, practice_id, performer_id, visit_reason_id, specialty_id, record_id, start_at,
    end_at, status, overbooked, mode, reason_name, buffer_before_minutes, buffer_after_minutes, change_until_minutes, revision,
    channel, concealed, note, internal_note, answers, holder, holder_ip, renewed, cancelled_late, cancel_reason, created_at, updated_at)
SELECT gen_random_uuid(), %(agenda)s, p, %(agenda)s, 2 * p - 1, 1, p, start_at, start_at + interval '20 minutes',
    CASE WHEN start_at < now() THEN 'seen' ELSE 'booked' END, false, 'office', 'Consultation', 0, 0, 240, 0, 'web', false,
    '', '', '', '', '', false, false, '', now(), now()
FROM (SELECT (%(agenda)s - 1) / %(per_practice)s + 1 AS p) AS practice,
    generate_series(%(first_week)s, %(last_week)s) AS week,
    generate_series(0, 4) AS weekday,
    generate_series(0, 19, %(every)s) AS slot,
    LATERAL (
        SELECT (%(monday)s::date + week * 7 + weekday + CASE WHEN slot < 10 THEN time '09:00' ELSE time '14:00' END
            + slot %% 10 * interval '20 minutes') AT TIME ZONE 'Europe/Paris' AS start_at
    ) AS placed
ORDER BY start_at DESC
LIMIT %(at_most)s;

-- One visit a weekday from four weeks ago to six weeks ahead, at one of the day's twenty starts, for these agendas.
SELECT gen_random_uuid() AS uid, n AS agenda_id, p AS practice_id, n AS performer_id, 2 * p - 1 AS visit_reason_id,
    1 AS specialty_id, p AS record_id, start_at, start_at + interval '20 minutes' AS end_at,
    CASE WHEN start_at < now() THEN 'seen' ELSE 'booked' END AS status, false AS overbooked, 'office' AS mode,
    'Consultation' AS reason_name, 0 AS buffer_before_minutes, 0 AS buffer_after_minutes, 240 AS change_until_minutes,
    0 AS revision, 'web' AS channel, false AS concealed, '' AS note, '' AS internal_note, '' AS answers, '' AS holder,
    '' AS holder_ip, false AS renewed, false AS cancelled_late, '' AS cancel_reason, now() AS created_at, now() AS updated_at
FROM generate_series(%(first)s, %(last)s) AS n,
    LATERAL (SELECT (n - 1) / %(per_practice)s + 1 AS p) AS practice,
    generate_series(0, %(visits)s - 1) AS k,
    LATERAL (SELECT (n * 7 + k * 13) %% 20 AS slot) AS chosen,
    LATERAL (
        SELECT (%(monday)s::date + (k / 5 - 4) * 7 + k %% 5 + CASE WHEN slot < 10 THEN time '09:00' ELSE time '14:00' END
            + slot %% 10 * interval '20 minutes') AT TIME ZONE 'Europe/Paris' AS start_at
    ) AS placed

-- The country in small: practices of twenty agendas, ten opening rows and fifty visits each, spread over ten weeks.
-- Identifiers seen from outside are md5 of a word and the row's number, so that clients know them without asking.
INSERT INTO practitioners_place (insee, name, slug, sort_key, short_key, postcodes, department, region, latitude, longitude,
    population, timezone)
VALUES ('93045', 'Les Lilas', 'les-lilas-93045', 'les lilas', 'lilas', '{93260}', '93', '11', 48.88, 2.416, 23000,
    'Europe/Paris');

INSERT INTO practitioners_specialty (id, slug, name, name_en, profession, "group", codes, synonyms, position)
VALUES (1, 'medecin-generaliste', 'Médecin généraliste', 'General practitioner', '10', 'medicine', '{}', '{}', 1);

INSERT INTO practitioners_practice (id, uid, name, slug, kind, phone, phone_hours, email, created_at)
SELECT n, md5('practice' || n)::uuid, 'Cabinet ' || n, 'cabinet-' || n, 'office', '+33199001234', '', '', now()
FROM generate_series(1, %(practices)s) AS n;

INSERT INTO practitioners_location (id, uid, practice_id, name, street, postcode, place_id, latitude, longitude, timezone,
    wheelchair_accessible, access_notes, transit)
SELECT n, md5('location' || n)::uuid, n, 'Cabinet ' || n, n || ' rue de Paris', '93260', '93045', 48.88, 2.416,
    'Europe/Paris', true, '', ''
FROM generate_series(1, %(practices)s) AS n;

INSERT INTO practitioners_practitioner (id, uid, slug, title, first_name, last_name, name_key, specialty_id, sector, optam,
    languages, payment_means, vitale, presentation, verification, created_at)
SELECT n, md5('practitioner' || n)::uuid, 'dr-' || n, 'Dr', 'Claire', 'Martin' || n, 'martin' || n || ' claire', 1, '1',
    false, '{fr}', '', true, '', 'published', now()
FROM generate_series(1, %(every_agenda)s) AS n;

INSERT INTO practitioners_agenda (id, uid, practitioner_id, location_id, practice_id, accepts_new_patients, video_link,
    repeat_limit_days, upcoming_limit, created_at)
SELECT n, md5('agenda' || n)::uuid, n, (n - 1) / %(per_practice)s + 1, (n - 1) / %(per_practice)s + 1, true, '', 0, 5000, now()
FROM generate_series(1, %(every_agenda)s) AS n;

-- Two reasons a practice: twenty minutes, and forty-five at the same starts.
INSERT INTO practitioners_visitreason (id, uid, practice_id, specialty_id, name, before_booking, instructions, discretion, tint,
    position)
SELECT n, md5('reason' || n)::uuid, (n + 1) / 2, 1, 'Consultation', '', '', 'normal', 1, n %% 2
FROM generate_series(1, 2 * %(practices)s) AS n;

INSERT INTO practitioners_agendareason (id, uid, agenda_id, visit_reason_id, duration_minutes, step_minutes,
    buffer_before_minutes, buffer_after_minutes, notice_minutes, horizon_days, change_until_minutes, modes, audience, online)
SELECT 2 * n - short, gen_random_uuid(), n, 2 * ((n - 1) / %(per_practice)s + 1) - short, 45 - 25 * short, 20, 0, 0, 60, 90,
    240, '{office}', 'everyone', true
FROM generate_series(1, %(every_agenda)s) AS n, generate_series(0, 1) AS short;

INSERT INTO booking_openinghours (uid, agenda_id, frequency, starts_on, "interval", weekdays, excluded_on, start_time, end_time,
    span_days, created_at, accepts_all_reasons, open_on_holidays)
SELECT gen_random_uuid(), n, 'weekly', '2020-01-06', 1, ARRAY[weekday], '{}', opens, opens + interval '200 minutes', 0, now(),
    true, true
FROM generate_series(1, %(every_agenda)s) AS n, generate_series(1, 5) AS weekday,
    unnest(ARRAY['09:00', '14:00']::time[]) AS opens;

INSERT INTO booking_absence (uid, agenda_id, frequency, starts_on, ends_on, "interval", weekdays, excluded_on, start_time,
    end_time, span_days, created_at, label, source)
SELECT gen_random_uuid(), n, 'once', %(monday)s::date + 70 + n %% 10, %(monday)s::date + 70 + n %% 10, 1, '{}', '{}',
    '00:00', '00:00', 1, now(), '', ''
FROM generate_series(1, %(every_agenda)s) AS n;

INSERT INTO patients_patientrecord (id, uid, practice_id, first_name, birth_name, used_name, name_key, birth_date, sex, email,
    phone, landline, phone_key, notes, block_reason, imported_ref, linked_by, created_at)
SELECT n, md5('record' || n)::uuid, n, 'Alice', 'Moreau' || n, '', 'moreau' || n || ' alice', '1980-05-17', 'F', '', '', '', '', '',
    '', '', '', now()
FROM generate_series(1, %(practices)s) AS n;

-- Whoever adds rows later goes on from here.
SELECT setval('practitioners_specialty_id_seq', 1), setval('practitioners_practice_id_seq', %(practices)s),
    setval('practitioners_location_id_seq', %(practices)s), setval('practitioners_visitreason_id_seq', 2 * %(practices)s),
    setval('practitioners_practitioner_id_seq', %(every_agenda)s), setval('practitioners_agenda_id_seq', %(every_agenda)s),
    setval('practitioners_agendareason_id_seq', 2 * %(every_agenda)s), setval('patients_patientrecord_id_seq', %(practices)s);

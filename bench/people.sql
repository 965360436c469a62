-- Accounts 1 to n, each with a verified address and an identity; the last one owns every practice.
INSERT INTO accounts_user (id, password, is_superuser, uid, email, display_name, language, theme, is_active, is_staff,
    is_platform_staff, is_billing_staff, date_joined)
SELECT n, '!', false, md5('user' || n)::uuid, 'personne' || n || '@bench.example', '', 'fr', 'auto', true, false, false, false,
    now()
FROM generate_series(1, %(accounts)s) AS n;

INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT n, 'personne' || n || '@bench.example', true, true
FROM generate_series(1, %(accounts)s) AS n;

INSERT INTO patients_patient (id, uid, user_id, first_name, birth_name, used_name, birth_date, sex, created_at)
SELECT n, md5('patient' || n)::uuid, n, 'Alice', 'Moreau' || n, '', '1980-05-17', 'F', now()
FROM generate_series(1, %(accounts)s) AS n;

-- Each with a child.
INSERT INTO patients_patient (id, uid, first_name, birth_name, used_name, birth_date, sex, created_at)
SELECT %(accounts)s + n, md5('patient' || (%(accounts)s + n))::uuid, 'Emma', 'Moreau' || n, '', current_date - 3000, 'F', now()
FROM generate_series(1, %(accounts)s) AS n;

INSERT INTO patients_guardianship (uid, user_id, patient_id, relation, level, contact_hidden, attested_at, accepted_at,
    starts_at, created_at)
SELECT gen_random_uuid(), n, %(accounts)s + n, 'child', 'granted', false, now(), now(), now(), now()
FROM generate_series(1, %(accounts)s) AS n;

INSERT INTO practitioners_membership (uid, user_id, practice_id, role, all_agendas, notify_bookings, starts_at, accepted_at,
    register_number)
SELECT gen_random_uuid(), %(accounts)s, n, 'owner', true, true, now() - interval '1 day', now() - interval '1 day', ''
FROM generate_series(1, %(practices)s) AS n;

SELECT setval('accounts_user_id_seq', %(accounts)s), setval('patients_patient_id_seq', 2 * %(accounts)s);

-- The plain table of the floors.
CREATE TABLE bench_row (id bigserial PRIMARY KEY, agenda_id bigint NOT NULL, start_at timestamptz NOT NULL, label text NOT NULL);
INSERT INTO bench_row (agenda_id, start_at, label) SELECT n, now(), 'row ' || n FROM generate_series(1, %(rows)s) AS n;

"""The statements of a merge, over whole sets. `register_*` tables without an app's name are temporary (`staging`).

Parameters: `day` of the file, `last_day` of the one before. No text of a file is ever put into a statement.
A practitioner is the register's own while nobody has joined: `verification` REGISTER and no account. Of one who has,
the names shown stay the practice's.
"""

_OWN = "kept.verification = 'register' AND kept.user_id IS NULL"

# One row per person, with the most precise specialty among all lines and both files; no specialty when none is known.
PEOPLE = """
CREATE TEMP TABLE register_people ON COMMIT DROP AS
WITH held AS (
    SELECT rpps, profession, skill FROM register_person WHERE profession <> ''
    UNION SELECT rpps, profession, '' FROM register_person WHERE profession <> ''
    UNION SELECT rpps, profession, skill FROM register_skill
), best AS (
    SELECT DISTINCT ON (rpps) rpps, profession, specialty_id
      FROM held JOIN register_specialty USING (profession, skill)
     ORDER BY rpps, rank, specialty_id
)
SELECT DISTINCT ON (given.rpps) given.rpps, given.title, given.last_name, given.first_name, given.name_key, given.slug,
       COALESCE(best.profession, given.profession) AS profession, best.specialty_id
  FROM register_person given LEFT JOIN best USING (rpps)
 ORDER BY given.rpps, given.profession = '', given.title DESC, given.last_name, given.first_name, given.slug
"""
PRESENT = """
CREATE TEMP TABLE register_present ON COMMIT DROP AS
SELECT rpps FROM register_people UNION SELECT rpps FROM register_spared
"""
# Everybody whose listing may have changed, for those who build it; `fresh` for a row just created.
TOUCHED = """
CREATE TEMP TABLE register_touched (practitioner_id bigint PRIMARY KEY, fresh boolean NOT NULL) ON COMMIT DROP
"""
STRUCK = "CREATE TEMP TABLE register_struck (practitioner_id bigint PRIMARY KEY) ON COMMIT DROP"
KEYS = """
ALTER TABLE register_people ADD PRIMARY KEY (rpps);
ALTER TABLE register_present ADD PRIMARY KEY (rpps);
ANALYZE register_people, register_present, register_site_row
"""

KNOWN = """
SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (
           SELECT FROM register_present given WHERE given.rpps = kept.rpps))
  FROM practitioners_practitioner kept
 WHERE kept.register_since IS NOT NULL AND kept.struck_off_on IS NULL
"""

# Those who are still in the file, whom it gives no place any more: nobody would find them.
EMPTIED = """
SELECT count(*) FROM practitioners_practitioner kept
 WHERE kept.register_since IS NOT NULL AND kept.struck_off_on IS NULL
   AND EXISTS (SELECT FROM practitioners_registersite site WHERE site.practitioner_id = kept.id AND NOT site.gone)
   AND EXISTS (SELECT FROM register_present given WHERE given.rpps = kept.rpps)
   AND NOT EXISTS (SELECT FROM register_spared spared WHERE spared.rpps = kept.rpps)
   AND NOT EXISTS (SELECT FROM register_site_row row WHERE row.rpps = kept.rpps)
"""

_TOUCH = "INSERT INTO register_touched SELECT DISTINCT practitioner_id, false FROM done ON CONFLICT DO NOTHING"

# An objection outlives the row that it was made about.
OBJECTED = f"""
WITH done AS (
    UPDATE practitioners_practitioner kept SET unlisted = true
      FROM practitioners_listingwish wish
     WHERE wish.rpps = kept.rpps AND wish.objected AND NOT kept.unlisted AND {_OWN}
    RETURNING kept.id AS practitioner_id
)
{_TOUCH}
"""  # noqa: S608

# Somebody known by an ADELI number gets an RPPS one day: what they wished about their listing goes along. The same name,
# profession and postcode are taken for one person, since a namesake hidden by mistake can be shown again.
INHERITED = """
INSERT INTO practitioners_listingwish (rpps, objected, phone_hidden, corrections, changed_at)
SELECT DISTINCT ON (given.rpps) given.rpps, wish.objected, wish.phone_hidden, '{}'::jsonb, now()
  FROM practitioners_listingwish wish
  JOIN practitioners_practitioner kept ON kept.rpps = wish.rpps
  JOIN register_people given ON given.name_key = kept.name_key AND given.profession = kept.register_profession
 WHERE length(wish.rpps) < 11 AND length(given.rpps) = 11 AND (wish.objected OR wish.phone_hidden)
   AND NOT EXISTS (SELECT FROM practitioners_practitioner known WHERE known.rpps = given.rpps)
   AND EXISTS (SELECT FROM practitioners_registersite site JOIN register_site_row row ON row.postcode = site.postcode
                WHERE site.practitioner_id = kept.id AND row.rpps = given.rpps)
 ORDER BY given.rpps, wish.objected DESC
ON CONFLICT (rpps) DO NOTHING
"""

REINSTATED = f"""
WITH done AS (
    UPDATE practitioners_practitioner kept SET struck_off_on = NULL
     WHERE kept.struck_off_on IS NOT NULL
       AND EXISTS (SELECT FROM register_present given WHERE given.rpps = kept.rpps)
    RETURNING kept.id AS practitioner_id
), lifted AS (
    UPDATE practitioners_strikeoff struck SET lifted_on = %(day)s FROM done
     WHERE struck.practitioner_id = done.practitioner_id AND struck.lifted_on IS NULL
), opened AS (
    UPDATE practitioners_onlineblock block SET closed_at = now()
      FROM practitioners_agenda agenda JOIN done USING (practitioner_id)
     WHERE block.agenda_id = agenda.id AND block.cause = 'register' AND block.closed_at IS NULL
)
{_TOUCH}
"""  # noqa: S608

# What the register alone decides, joined or not: title, specialty, and its own columns.
_GIVEN_TITLE = "CASE WHEN given.specialty_id IS NULL THEN kept.title ELSE given.title END"
PERSONS = f"""
WITH done AS (
    UPDATE practitioners_practitioner kept
       SET title = {_GIVEN_TITLE},
           specialty_id = COALESCE(given.specialty_id, kept.specialty_id),
           register_first_name = given.first_name, register_last_name = given.last_name,
           register_profession = given.profession, register_since = COALESCE(kept.register_since, %(day)s),
           first_name = CASE WHEN {_OWN} THEN given.first_name ELSE kept.first_name END,
           last_name = CASE WHEN {_OWN} THEN given.last_name ELSE kept.last_name END,
           name_key = CASE WHEN {_OWN} THEN given.name_key ELSE kept.name_key END
      FROM register_people given
     WHERE kept.rpps = given.rpps AND NOT (kept.unlisted AND {_OWN})
       AND ((kept.title, kept.specialty_id, kept.register_first_name, kept.register_last_name,
             kept.register_profession) IS DISTINCT FROM
            ({_GIVEN_TITLE}, COALESCE(given.specialty_id, kept.specialty_id), given.first_name, given.last_name,
             given.profession)
            OR kept.register_since IS NULL
            OR ({_OWN} AND (kept.first_name, kept.last_name, kept.name_key) IS DISTINCT FROM
                           (given.first_name, given.last_name, given.name_key)))
    RETURNING kept.id AS practitioner_id
)
{_TOUCH}
"""  # noqa: S608

# Those with a specialty and a site, who have not objected. `columns` and `values` are the model's other columns.
# The bare name is the address of the first who bears it; later ones add their number, which no import changes.
CREATED = """
WITH wanted AS (
    SELECT given.*, row_number() OVER (PARTITION BY given.slug ORDER BY given.rpps) AS turn
      FROM register_people given
     WHERE given.specialty_id IS NOT NULL
       AND EXISTS (SELECT FROM register_site_row site WHERE site.rpps = given.rpps)
       AND NOT EXISTS (SELECT FROM practitioners_practitioner kept WHERE kept.rpps = given.rpps)
       AND NOT EXISTS (SELECT FROM practitioners_listingwish wish WHERE wish.rpps = given.rpps AND wish.objected)
), done AS (
    INSERT INTO practitioners_practitioner (
        uid, slug, rpps, title, first_name, last_name, name_key, specialty_id, verification, created_at, vitale,
        register_first_name, register_last_name, register_profession, register_since{columns}
    )
    SELECT gen_random_uuid(),
           CASE WHEN turn = 1 AND NOT EXISTS (
                    SELECT FROM practitioners_practitioner taken WHERE taken.slug = wanted.slug)
                THEN slug ELSE slug || '-' || rpps END,
           rpps, title, first_name, last_name, name_key, specialty_id, 'register', now(), false,
           first_name, last_name, profession, %(day)s{values}
      FROM wanted
     ORDER BY rpps
    RETURNING id AS practitioner_id
)
INSERT INTO register_touched SELECT practitioner_id, true FROM done
"""

# One row per person and structure; the line that says most decides.
SITES = """
CREATE TEMP TABLE register_sites ON COMMIT DROP AS
SELECT DISTINCT ON (row.key) row.key, kept.id AS practitioner_id, row.name, row.street, row.postcode,
       place.insee AS place_id, place.latitude, place.longitude, row.phone, row.email,
       row.sector AS sector_code, row.genre AS genre_code
  FROM register_site_row row
  JOIN practitioners_practitioner kept ON kept.rpps = row.rpps
  LEFT JOIN practitioners_place place ON place.insee = row.insee
 WHERE NOT (kept.unlisted AND kept.verification = 'register' AND kept.user_id IS NULL)
 ORDER BY row.key, row.phone = '', row.email = '', row.insee = '', row.name, row.street, row.postcode, row.insee,
          row.phone, row.email, row.sector, row.genre
"""
SITE_KEYS = """
ALTER TABLE register_sites ADD PRIMARY KEY (key);
ANALYZE register_sites
"""
_SITE = ("practitioner_id", "name", "street", "postcode", "place_id", "phone", "email", "sector_code", "genre_code")
# A site that has not moved keeps the coordinates it has, which may be better than the commune's.
SITES_CHANGED = f"""
WITH done AS (
    UPDATE practitioners_registersite kept
       SET {", ".join(f"{name} = given.{name}" for name in _SITE)}, gone = false, last_seen_on = NULL,
           latitude = CASE WHEN kept.place_id IS DISTINCT FROM given.place_id THEN given.latitude
                           ELSE COALESCE(kept.latitude, given.latitude) END,
           longitude = CASE WHEN kept.place_id IS DISTINCT FROM given.place_id THEN given.longitude
                            ELSE COALESCE(kept.longitude, given.longitude) END
      FROM register_sites given
     WHERE given.key = kept.key
       AND (kept.gone OR ({", ".join(f"kept.{name}" for name in _SITE)}) IS DISTINCT FROM
                         ({", ".join(f"given.{name}" for name in _SITE)}))
    RETURNING kept.practitioner_id
), touched AS ({_TOUCH})
SELECT count(*) FROM done
"""  # noqa: S608
SITES_CREATED = f"""
WITH done AS (
    INSERT INTO practitioners_registersite (
        uid, key, {", ".join(_SITE)}, latitude, longitude, first_seen_on, gone)
    SELECT gen_random_uuid(), key, {", ".join(_SITE)}, latitude, longitude, %(day)s, false
      FROM register_sites given
     WHERE NOT EXISTS (SELECT FROM practitioners_registersite kept WHERE kept.key = given.key)
     ORDER BY practitioner_id, key
    RETURNING practitioner_id
), touched AS ({_TOUCH})
SELECT count(*) FROM done
"""  # noqa: S608
# Somebody a line of whom could not be read keeps her sites.
SITES_GONE = f"""
WITH done AS (
    UPDATE practitioners_registersite site SET gone = true, last_seen_on = %(last_day)s
      FROM practitioners_practitioner kept
     WHERE kept.id = site.practitioner_id AND NOT site.gone
       AND NOT (kept.unlisted AND {_OWN})
       AND NOT EXISTS (SELECT FROM register_sites given WHERE given.key = site.key)
       AND NOT EXISTS (SELECT FROM register_spared spared WHERE spared.rpps = kept.rpps)
    RETURNING site.practitioner_id
), touched AS ({_TOUCH})
SELECT count(*) FROM done
"""  # noqa: S608

# Only a snapshot that is undone knew them: they were never struck off.
WITHDRAWN = f"""
WITH done AS (
    UPDATE practitioners_practitioner kept SET register_since = NULL
     WHERE kept.register_since >= %(undone)s
       AND NOT EXISTS (SELECT FROM register_present given WHERE given.rpps = kept.rpps)
    RETURNING kept.id AS practitioner_id
)
{_TOUCH}
"""  # noqa: S608
STRIKE_OFF = """
WITH done AS (
    UPDATE practitioners_practitioner kept SET struck_off_on = %(day)s
     WHERE kept.register_since IS NOT NULL AND kept.struck_off_on IS NULL
       AND NOT EXISTS (SELECT FROM register_present given WHERE given.rpps = kept.rpps)
    RETURNING kept.id AS practitioner_id
), touched AS (
    INSERT INTO register_touched SELECT practitioner_id, false FROM done ON CONFLICT DO NOTHING
), events AS (
    INSERT INTO practitioners_strikeoff (uid, practitioner_id, snapshot_id, found_on)
    SELECT gen_random_uuid(), practitioner_id, %(snapshot)s::bigint, %(day)s::date FROM done
     WHERE %(snapshot)s::bigint IS NOT NULL
), closed AS (
    INSERT INTO practitioners_onlineblock (agenda_id, cause)
    SELECT agenda.id, 'register' FROM practitioners_agenda agenda JOIN done USING (practitioner_id)
    ON CONFLICT (agenda_id, cause) WHERE closed_at IS NULL DO NOTHING
)
INSERT INTO register_struck SELECT practitioner_id FROM done
"""
STRUCK_WITH_AGENDA = """
SELECT DISTINCT struck.practitioner_id FROM register_struck struck
  JOIN practitioners_agenda agenda USING (practitioner_id) ORDER BY 1
"""
TALLY = """
SELECT (SELECT count(*) FROM register_people given
          JOIN practitioners_practitioner kept ON kept.rpps = given.rpps
         WHERE NOT EXISTS (SELECT FROM register_touched touched WHERE touched.practitioner_id = kept.id)),
       (SELECT count(*) FROM register_people given
         WHERE given.profession <> '' AND given.specialty_id IS NULL),
       (SELECT count(*) FROM register_people given
          JOIN practitioners_listingwish wish ON wish.rpps = given.rpps AND wish.objected),
       (SELECT count(*) FROM register_touched)
"""

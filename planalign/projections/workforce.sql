-- Who is there before day $1 or has a hire recorded from $1 on, one row each, by first appearance.
-- State is that of the evening before $1; of a coming hire, that of the hire. `place` orders facts
-- by effective date, then version.
WITH facts AS (
    SELECT
        stream_no, version, position, effective_date, salary_cents, level, birth_date,
        kind = 'employee.hire.v1' AS is_hire,
        kind = 'employee.termination.v1' AS is_exit,
        effective_date < $1 AS is_past,
        (effective_date - DATE '1970-01-01') * 17179869184 + version AS place
    FROM events
    WHERE {lineage}
        AND kind IN (
            'employee.hire.v1', 'employee.termination.v1',
            'employee.promotion.v1', 'employee.raise.v1'
        )
),
folded AS (
    SELECT
        stream_no,
        MIN(position) AS first_seen,
        MAX(version) AS version,
        MAX(place) FILTER (is_past AND is_hire) AS hire_place,
        COALESCE(MAX(place) FILTER (is_past AND is_exit) > hire_place, false) AS has_left,
        MAX(effective_date) FILTER (is_past AND is_hire) AS hire_date,
        MIN(effective_date) FILTER (NOT is_past AND is_hire) AS next_hire_date,
        MIN(effective_date) FILTER (NOT is_past AND is_exit) AS next_exit_date,
        ARG_MAX(level, place) FILTER (is_past) AS level,
        ARG_MAX(salary_cents, place) FILTER (is_past) AS salary_cents,
        ARG_MAX(birth_date, place) FILTER (is_past) AS birth_date,
        -- Of someone not employed, the first fact to come can only be a hire.
        ARG_MIN(level, place) FILTER (NOT is_past) AS next_level,
        ARG_MIN(salary_cents, place) FILTER (NOT is_past) AS next_salary_cents,
        ARG_MIN(birth_date, place) FILTER (NOT is_past) AS next_birth_date
    FROM facts
    GROUP BY stream_no
),
chosen AS (
    SELECT *, hire_place IS NULL OR has_left AS is_to_come
    FROM folded
)
SELECT
    stream_no,
    streams.stream_key AS key,
    version,
    IF(is_to_come, next_level, level)::UTINYINT AS level,
    IF(is_to_come, next_salary_cents, salary_cents) AS salary_cents,
    (IF(is_to_come, next_hire_date, hire_date) - DATE '1970-01-01')::INTEGER AS hire_date,
    (IF(is_to_come, next_birth_date, birth_date) - DATE '1970-01-01')::INTEGER AS birth_date,
    COALESCE(next_exit_date - DATE '1970-01-01', $2)::INTEGER AS exit_date
FROM chosen
JOIN streams USING (stream_no)
WHERE NOT is_to_come OR next_hire_date IS NOT NULL
ORDER BY first_seen

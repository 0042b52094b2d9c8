-- Everyone known at the end of day $1: the twin of `domain.employee.evolve`.
--
-- A later fact is one with a higher `place`: effective date, then version, then kind, in one
-- integer, so that "the last" is a MAX of numbers. 2^34 leaves 31 bits for the version and 3 for
-- the kind; a date takes 22 more with its sign. Facts without the value asked for do not compete,
-- because ARG_MAX skips nulls.
WITH facts AS (
    SELECT
        stream_no, version, salary_cents, level, birth_date, reason,
        CASE kind
            WHEN 'employee.hire.v1' THEN 0
            WHEN 'employee.termination.v1' THEN 1
            WHEN 'employee.promotion.v1' THEN 2
            WHEN 'employee.raise.v1' THEN 3
        END AS code,
        (effective_date - DATE '1970-01-01') * 17179869184 + version::BIGINT * 8 + code AS place
    FROM events
    WHERE {lineage} AND effective_date <= $1
),
folded AS (
    SELECT
        stream_no,
        MAX(place) AS last_place,
        MAX(place) FILTER (code = 0) AS hire_place,
        MAX(place) FILTER (code = 1) AS exit_place,
        ARG_MAX(salary_cents, place) AS salary_cents,
        ARG_MAX(level, place) AS level,
        ARG_MAX(birth_date, place) AS birth_date,
        ARG_MAX(reason, place) AS reason,
        MAX(version) AS version
    FROM facts
    WHERE code IS NOT NULL
    GROUP BY stream_no
),
employees AS (
    SELECT
        *,
        COALESCE(exit_place > hire_place, false) AS has_left,
        -- An arithmetic shift rounds down, so that days before 1970 come out right.
        DATE '1970-01-01' + (hire_place >> 34)::INTEGER AS hire_date,
        DATE '1970-01-01' + (exit_place >> 34)::INTEGER AS exit_date,
        DATE '1970-01-01' + (last_place >> 34)::INTEGER AS last_date
    FROM folded
    WHERE hire_place IS NOT NULL
)
SELECT
    streams.stream_id AS employee_id,
    CASE WHEN has_left THEN 'terminated' ELSE 'active' END AS status,
    level,
    -- Exact: a product of decimals, never a quotient of doubles.
    (salary_cents::DECIMAL(18, 0) * 0.01)::DECIMAL(18, 2) AS annual_salary,
    hire_date,
    birth_date,
    CASE WHEN has_left THEN exit_date END AS termination_date,
    CASE WHEN has_left THEN reason END AS termination_reason,
    ['Hire', 'Termination', 'Promotion', 'Raise'][(last_place & 7) + 1] AS last_event,
    last_date AS last_event_date,
    version
FROM employees
JOIN streams USING (stream_no)
ORDER BY employee_id

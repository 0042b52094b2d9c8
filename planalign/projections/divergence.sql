-- Who differs between two lineages, of which each is reduced to the events that the other does not
-- see: one row per employee, by the day of the first difference, then by id.
--
-- Each employee's events stand side by side in the order of the fold, (effective date, version),
-- and are compared place by place. Position and version are left out: when something was recorded
-- makes no difference to what is true on a day. The events in common need no comparison, because a
-- lineage only grows: on any day they come first in both.
--
-- At the first place that differs, an event that the other side does not have (yet) has the earlier
-- day, so the lesser of the two days is the first one on which the two stories differ.
WITH a AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY stream_no ORDER BY effective_date, version) AS place
    FROM events
    WHERE {lineage} AND kind IN (
        'employee.hire.v1', 'employee.termination.v1', 'employee.promotion.v1', 'employee.raise.v1'
    )
),
b AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY stream_no ORDER BY effective_date, version) AS place
    FROM events
    WHERE {other} AND kind IN (
        'employee.hire.v1', 'employee.termination.v1', 'employee.promotion.v1', 'employee.raise.v1'
    )
),
differing AS (
    SELECT
        COALESCE(a.stream_no, b.stream_no) AS stream_no,
        COALESCE(a.place, b.place) AS place,
        LEAST(a.effective_date, b.effective_date) AS first_day,  -- of the two that are not null
        -- What comes later on the other side is not what made the difference on the first day.
        CASE WHEN a.effective_date > b.effective_date THEN NULL ELSE a.kind END AS kind_a,
        CASE WHEN b.effective_date > a.effective_date THEN NULL ELSE b.kind END AS kind_b,
        CASE WHEN a.effective_date > b.effective_date THEN NULL ELSE a.position END AS position_a,
        CASE WHEN b.effective_date > a.effective_date THEN NULL ELSE b.position END AS position_b
    FROM a
    FULL JOIN b ON a.stream_no = b.stream_no AND a.place = b.place
    WHERE a.kind IS DISTINCT FROM b.kind
        OR a.effective_date IS DISTINCT FROM b.effective_date
        OR a.salary_cents IS DISTINCT FROM b.salary_cents
        OR a.level IS DISTINCT FROM b.level
        OR a.birth_date IS DISTINCT FROM b.birth_date
        OR a.source IS DISTINCT FROM b.source
        OR a.department IS DISTINCT FROM b.department
        OR a.location IS DISTINCT FROM b.location
        OR a.scheduled_minutes_per_week IS DISTINCT FROM b.scheduled_minutes_per_week
        OR a.reason IS DISTINCT FROM b.reason
),
firsts AS (
    -- The kinds and positions may be null, and a plain ARG_MIN would skip those rows.
    SELECT stream_no, UNNEST(ARG_MIN(
        {'first_day': first_day, 'kind_a': kind_a, 'kind_b': kind_b,
         'position_a': position_a, 'position_b': position_b},
        place
    ))
    FROM differing
    GROUP BY stream_no
),
named AS (
    SELECT * EXCLUDE (stream_no, kind_a, kind_b), stream_id AS employee_id,
        CASE kind_a
            WHEN 'employee.hire.v1' THEN 'Hire'
            WHEN 'employee.termination.v1' THEN 'Termination'
            WHEN 'employee.promotion.v1' THEN 'Promotion'
            WHEN 'employee.raise.v1' THEN 'Raise'
        END AS kind_a,
        CASE kind_b
            WHEN 'employee.hire.v1' THEN 'Hire'
            WHEN 'employee.termination.v1' THEN 'Termination'
            WHEN 'employee.promotion.v1' THEN 'Promotion'
            WHEN 'employee.raise.v1' THEN 'Raise'
        END AS kind_b
    FROM firsts
    JOIN streams USING (stream_no)
)
SELECT employee_id, first_day, kind_a, kind_b, position_a, position_b
FROM named
ORDER BY first_day, employee_id

-- What everyone earned from $2, 1 January, through $1, and how the year went for them.
-- $3 is the number of days of the year. The rows are those of snapshot.sql, in its order.
--
-- Pay changes on the days of facts. Each fact's pay is in force from its day to the day before the
-- next fact, or to that fact's very day if it is a Termination, whose day is the last one paid.
WITH facts AS (
    SELECT
        stream_no,
        effective_date,
        version,
        salary_cents,
        kind = 'employee.hire.v1' AS is_hire,
        kind = 'employee.termination.v1' AS is_exit
    FROM events
    WHERE {lineage} AND effective_date <= $1
        AND kind IN (
            'employee.hire.v1', 'employee.termination.v1',
            'employee.promotion.v1', 'employee.raise.v1'
        )
),
-- Of what came before the year only the last fact still counts: it opens the year.
opening AS (
    SELECT stream_no, UNNEST(ARG_MAX(
        {'effective_date': effective_date, 'version': version,
         'salary_cents': salary_cents, 'is_exit': is_exit},
        (effective_date - DATE '1970-01-01') * 17179869184 + version
    ))
    FROM facts
    WHERE effective_date < $2
    GROUP BY stream_no
),
in_force AS (
    SELECT
        stream_no,
        salary_cents,
        is_exit,
        GREATEST(effective_date, $2) AS since,
        LEAD(effective_date) OVER timeline AS next_date,
        LEAD(is_exit) OVER timeline AS ends
    FROM (
        SELECT stream_no, effective_date, version, salary_cents, is_exit FROM opening
        UNION ALL
        SELECT stream_no, effective_date, version, salary_cents, is_exit
        FROM facts WHERE effective_date >= $2
    )
    WINDOW timeline AS (PARTITION BY stream_no ORDER BY effective_date, version)
),
earned AS (
    SELECT
        stream_no,
        SUM(
            salary_cents::HUGEINT * CASE
                WHEN next_date IS NULL THEN $1 - since + 1
                WHEN ends THEN next_date - since + 1
                ELSE next_date - since
            END
        ) FILTER (NOT is_exit) AS cent_days
    FROM in_force
    GROUP BY stream_no
),
employments AS (
    SELECT
        stream_no,
        MAX(effective_date) FILTER (is_hire) AS hire_date,
        MAX(effective_date) FILTER (is_exit) AS exit_date
    FROM facts
    GROUP BY stream_no
),
quotients AS (
    SELECT
        stream_no,
        COALESCE(cent_days, 0) // $3 AS cents,
        2 * (COALESCE(cent_days, 0) % $3) - $3 AS above_half
    FROM earned
)
SELECT
    CASE
        -- A rehire is never on an exit's day, but an exit may be on its hire's.
        WHEN exit_date IS NULL OR exit_date < hire_date
            THEN CASE WHEN hire_date >= $2 THEN 'new_hire_active' ELSE 'continuous_active' END
        WHEN exit_date < $2 THEN NULL
        WHEN hire_date >= $2 THEN 'new_hire_termination'
        ELSE 'experienced_termination'
    END AS detailed_status,
    (
        (cents + CASE WHEN above_half > 0 OR (above_half = 0 AND cents % 2 = 1) THEN 1 ELSE 0 END
        )::DECIMAL(18, 0) * 0.01
    )::DECIMAL(18, 2) AS earned_in_year
FROM employments
JOIN quotients USING (stream_no)
JOIN streams USING (stream_no)
ORDER BY stream_id

-- Everyone known at the end of {as_of}, as `planalign replay` shows them: the twin of
-- `projections.snapshot`, which counts completed years with `domain.calendar`.
WITH told AS (
    {folded}
),
dated AS (
    SELECT
        *,
        COALESCE(termination_date, {as_of}) AS last_day,
        -- 29 February comes after every day of a common year's February: 1 March completes it.
        MONTH(last_day) * 100 + DAY(last_day) AS ending
    FROM told
    -- A day before the census is refused, as everywhere else: nobody knows who was there.
    WHERE CASE
        WHEN {as_of} >= {first_day} THEN true
        ELSE ERROR('snapshot(' || {as_of} || ') is before the census date ' || {first_day})
    END
),
aged AS (
    SELECT
        *,
        (YEAR(last_day) - YEAR(birth_date)
            - (ending < MONTH(birth_date) * 100 + DAY(birth_date))::INTEGER)::INTEGER AS age,
        (YEAR(last_day) - YEAR(hire_date)
            - (ending < MONTH(hire_date) * 100 + DAY(hire_date))::INTEGER)::INTEGER AS tenure_years
    FROM dated
)
SELECT
    employee_id,
    status,
    level,
    annual_salary,
    hire_date,
    birth_date,
    termination_date,
    termination_reason,
    age,
    tenure_years,
    {age_band} AS age_band,
    {tenure_band} AS tenure_band,
    last_event,
    last_event_date,
    version
FROM aged

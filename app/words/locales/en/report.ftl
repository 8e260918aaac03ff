# The page of a report.
report-title-audit = What the deployed model does differently

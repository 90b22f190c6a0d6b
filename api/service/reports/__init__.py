"""Reports: what became of leads, by whom, in what time."""

from api.service.reports.hand_off import hand_off_report
from api.service.reports.models import HandOffReport
from api.service.reports.period import Period, period_of
from api.service.reports.tables import report_csv
from api.store.reports import By

__all__ = ["By", "HandOffReport", "Period", "hand_off_report", "period_of", "report_csv"]

"""Bad input as a table: files that differ in one thing from good ones, and the line they get."""

from __future__ import annotations

from dataclasses import dataclass

from solver.models import IssueCode

Files = dict[str, str | bytes]
_LEADS = ({"lead_id": "L1", "created_at": "2026-11-18T12:00:00Z", "deal_value": "900",
           "score": "50"},
          {"lead_id": "L2", "created_at": "2026-11-18T13:00:00Z", "deal_value": "1000",
           "score": "80"})
_REPS = ({"rep_id": "r1", "capacity": "2", "timezone": "UTC",
          "working_hours": "Mon-Sun 00:00-24:00"},
         {"rep_id": "r2", "capacity": "2", "timezone": "UTC",
          "working_hours": "Mon-Sun 00:00-24:00"})


def _table(rows: tuple[dict[str, str], ...], cells: dict[str, str]) -> str:
    """Return a CSV text whose last record, row 3, has the given cells."""
    changed = [*({**dict.fromkeys(cells, ""), **row} for row in rows[:-1]), {**rows[-1], **cells}]
    names = dict.fromkeys(name for row in (*rows, *changed) for name in row)
    lines = [",".join(names)] + [",".join(f'"{row[name]}"' for name in names) for row in changed]
    return "".join(f"{line}\n" for line in lines)


def leads(**cells: str) -> Files:
    """Return a leads file whose row 3, lead L2, has these cells."""
    return {"leads.csv": _table(_LEADS, cells)}


def reps(**cells: str) -> Files:
    """Return a reps file whose row 3, rep r2, has these cells."""
    return {"reps.csv": _table(_REPS, cells)}


def _both_reps(**cells: str) -> Files:
    return {"reps.csv": _table(tuple({**row, **cells} for row in _REPS), {})}


def policy(text: str) -> Files:
    """Return a policy file."""
    return {"policy.yaml": text}


@dataclass(frozen=True)
class Case:
    """Files that differ from the good ones, and the line that they get."""

    name: str
    files: Files
    code: IssueCode
    where: str
    """How the message begins: file, row, column, id, value."""
    says: str
    """Rule or remedy, as far as it matters."""

    @property
    def start(self) -> str:
        """The beginning of the line, without its severity."""
        return f"{self.code.value} {self.where}: "


def _lead(column: str, cell: str, code: IssueCode, says: str) -> Case:
    where = f"leads.csv, row 3, column {column}, id 'L2': {cell!r}"
    return Case(f"lead {column} {cell}", leads(**{column: cell}), code, where, says)


def _rep(column: str, cell: str, code: IssueCode, says: str, **others: str) -> Case:
    where = f"reps.csv, row 3, column {column}, id 'r2': {cell!r}"
    return Case(f"rep {column} {cell}", reps(**{column: cell}, **others), code, where, says)


def _policy(text: str, where: str, code: IssueCode, says: str) -> Case:
    return Case(f"policy {text}", policy(text), code, f"policy.yaml, row 1, column {where}", says)


def _rules(text: str, where: str, code: IssueCode, says: str) -> Case:
    return Case(f"policy {text}", policy(text), code, f"policy.yaml, column {where}", says)


def _without_score() -> Files:
    rows = tuple({("lead_score" if name == "score" else name): cell for name, cell in row.items()}
                 for row in _LEADS)
    return {"leads.csv": _table(rows, {})}


C = IssueCode
ERRORS = (
    Case("missing column", _without_score(), C.MISSING_COLUMN, "leads.csv, row 1, column score",
         "Maybe it is 'lead_score'"),
    Case("duplicate id", leads(lead_id="L1"), C.DUPLICATE_ID,
         "leads.csv, row 3, column lead_id, id 'L1': 'L1'", "already stands in row 2"),
    Case("duplicate rep id", reps(rep_id="r1"), C.DUPLICATE_ID,
         "reps.csv, row 3, column rep_id, id 'r1': 'r1'", "already stands in row 2"),
    Case("blank lead id", leads(lead_id=""), C.BLANK_CELL, "leads.csv, row 3, column lead_id",
         "must not be blank"),
    Case("blank capacity", reps(capacity=" "), C.BLANK_CELL,
         "reps.csv, row 3, column capacity, id 'r2'", "must not be blank"),
    _lead("deal_value", "-5", C.OUT_OF_RANGE, "must be 0 or more"),
    _lead("deal_value", "1,200", C.NOT_A_NUMBER, "must be a decimal number"),
    _lead("deal_value", "NaN", C.NOT_A_NUMBER, "must be a decimal number"),
    _lead("deal_value", "inf", C.NOT_A_NUMBER, "must be a decimal number"),
    _lead("deal_value", "1e400", C.OUT_OF_RANGE, "must be"),
    _lead("deal_value", "1000000000001", C.OUT_OF_RANGE, "must be at most 1,000,000,000,000"),
    _lead("annual_revenue", "-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _lead("needs", "crm:-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _lead("needs", "crm:much", C.BAD_LIST, "must be a name and a number"),
    _lead("needs", "crm:NaN", C.BAD_LIST, "must be a name and a number"),
    _lead("needs", "crm:1;CRM:2", C.NAME_TWICE, "stands twice"),
    _lead("languages", "French; french", C.NAME_TWICE, "stands twice"),
    _lead("required_skills", "crm:1.5", C.OUT_OF_RANGE, "must be at most 1"),
    _lead("score", "101", C.OUT_OF_RANGE, "must be at most 100"),
    _lead("score", "-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _lead("created_at", "2026-11-18T13:00:00", C.NAIVE_TIME, "--timezone"),
    _lead("created_at", "18.11.2026", C.BAD_INSTANT, "RFC 3339"),
    _lead("timezone", "Europe/Lundon", C.UNKNOWN_ZONE, "'Europe/London'"),
    Case("a cell above 64 KiB", leads(company="x" * 65_537), C.CELL_TOO_LONG,
         f"leads.csv, row 3, column company: '{'x' * 80}'... (65,537 characters)",
         "a cell must not be above 64 KiB"),
    _rep("capacity", "-3", C.OUT_OF_RANGE, "must be 0 or more"),
    _rep("capacity", "2.5", C.NOT_AN_INTEGER, "must be a whole number"),
    _rep("capacity", "many", C.NOT_A_NUMBER, "must be a whole number"),
    _rep("open_leads", "-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _rep("daily_cap", "-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _rep("performance", "-0.1", C.OUT_OF_RANGE, "must be 0 or more"),
    _rep("performance", "infinity", C.NOT_A_NUMBER, "must be a decimal number"),
    _rep("weight", "0", C.OUT_OF_RANGE, "must be above 0"),
    _rep("weight", "nan", C.NOT_A_NUMBER, "must be a decimal number"),
    _rep("skills", "crm:1.1", C.OUT_OF_RANGE, "must be at most 1"),
    _rep("skills", "crm:1;crm:1", C.NAME_TWICE, "stands twice"),
    _rep("territories", "North;north", C.NAME_TWICE, "stands twice"),
    _rep("timezone", "Mars/Olympus", C.UNKNOWN_ZONE, "must be an IANA name"),
    _rep("working_hours", "Mon-Fri 9 to 5", C.BAD_HOURS, "Mon-Fri"),
    _rep("working_hours", "Mon-Fri 09:00-09:00", C.BAD_HOURS, "09:00-09:00"),
    _rep("working_hours", "Mon-Fri 09:00-25:00", C.BAD_HOURS, "24:00"),
    _rep("time_off", "2026-11-27/2026-11-23", C.BAD_TIME_OFF, "must not end before it starts"),
    _rep("time_off", "2026-11-23T09:00:00/2026-11-23T12:00:00", C.BAD_TIME_OFF, "offset"),
    _rep("time_off", "next week", C.BAD_TIME_OFF, "next week"),
    _rep("holidays", "ZZ", C.UNKNOWN_HOLIDAYS, "country code"),
    _rep("holidays", "GB-XYZ", C.UNKNOWN_HOLIDAYS, "subdivision of GB"),
    _rep("min_deal", "9000", C.DEAL_BAND_REVERSED, "must not be above max_deal 100",
         max_deal="100"),
    _rep("min_deal", "-1", C.OUT_OF_RANGE, "must be 0 or more"),
    _rep("active", "perhaps", C.NOT_A_FLAG, "must be true or false"),
    Case("hours without a zone", reps(timezone=""), C.MISSING_ZONE,
         "reps.csv, row 3, column timezone, id 'r2'", "working_hours cannot be read without"),
    Case("dates off without a zone", reps(timezone="", working_hours="", time_off="2026-11-23"),
         C.MISSING_ZONE, "reps.csv, row 3, column timezone, id 'r2'", "time_off"),
    Case("holidays without a zone", reps(timezone="", working_hours="", holidays="GB"),
         C.MISSING_ZONE, "reps.csv, row 3, column timezone, id 'r2'", "holidays"),
    _policy("match: {skill: 0.6, territory: 0.5}", "match", C.BAD_POLICY, "must sum to 1"),
    _policy("colour: red", "colour: 'red'", C.UNKNOWN_KEY, "there is no key 'colour'"),
    _policy("match: {skil: 1}", "match.skil: '1'", C.UNKNOWN_KEY, "Maybe it is 'skill'"),
    _policy("freshness: {half_life_hours: 0}", "freshness.half_life_hours: '0'", C.OUT_OF_RANGE,
            "must be above 0"),
    _policy("response: {half_life_minutes: -1}", "response.half_life_minutes: '-1'",
            C.OUT_OF_RANGE, "must be above 0"),
    _policy("worth: {score: -1}", "worth.score: '-1'", C.OUT_OF_RANGE, "must be 0 or more"),
    _policy("reserve_value: .nan", "reserve_value: '.nan'", C.OUT_OF_RANGE, "finite"),
    _policy("reserve_value: .inf", "reserve_value: '.inf'", C.OUT_OF_RANGE, "finite"),
    _policy("route_when: always", "route_when: 'always'", C.BAD_POLICY, "must be one of"),
    _policy("territories: [{name: N, countries: [NO]}]", "territories.0.countries: 'NO'",
            C.NEEDS_QUOTES, 'Put it in quotes: "NO"'),
    _policy("territories: [{name: N, postal_prefixes: [010]}]",
            "territories.0.postal_prefixes: '010'", C.NEEDS_QUOTES, 'Put it in quotes: "010"'),
    _policy("placeholder_owners: [true]", "placeholder_owners: 'true'", C.NEEDS_QUOTES,
            "Put it in quotes"),
    _policy("territories: [{name: N, employees: [9, 1]}]", "territories.0", C.BAD_POLICY,
            "must not be above"),
    Case("policy no YAML", policy("match: {"), C.BAD_YAML, "policy.yaml, row 1", "not YAML"),
    Case("zero-byte leads", {"leads.csv": b""}, C.EMPTY_FILE, "leads.csv", "the file is empty"),
    Case("zero-byte reps", {"reps.csv": b""}, C.EMPTY_FILE, "reps.csv", "the file is empty"),
    Case("zero-byte policy", {"policy.yaml": b""}, C.EMPTY_FILE, "policy.yaml",
         "the file is empty"),
    Case("not UTF-8", {"leads.csv": b"lead_id,company\nL1,Ame\xe9lie\n"}, C.NOT_UTF8,
         "leads.csv, row 2: '0xE9'", "offset 22 is not UTF-8"),
    Case("a row with a cell too many",
         {"reps.csv": "rep_id,capacity\nr1,2\nr2,2,\n"}, C.BAD_CSV, "reps.csv, row 3",
         "the row has 3 cells and the header 2"),
    Case("header twice", reps(capacity="2", Capacity="3"), C.DUPLICATE_COLUMN,
         "reps.csv, row 1, column Capacity", "names the column twice"),
    Case("a company its own parent",
         {"accounts.csv": "account_id,parent_id\nA1,A2\nA2,A1\n"}, C.PARENT_CYCLE,
         "accounts.csv, row 2, column parent_id, id 'A1': 'A2'", "its own parent"),
)
#: Found only when values are computed: money that exact sums, or the engine, cannot hold.
VALUE_RANGES = tuple(
    Case(f"worth: deal_value: {exponent}",
         {**policy(f"worth: {{deal_value: {exponent}, score: 0}}"), **leads(deal_value="1e12")},
         C.VALUE_RANGE, f"window: '{value}", "sums over all leads stay exact")
    for exponent, value in ((2, "699,999,"), (1.386, "29,9"), (1.34, "8,")))
WARNINGS = (
    Case("header only", {"leads.csv": "lead_id,created_at,deal_value,score\n"}, C.HEADER_ONLY,
         "leads.csv", "a header and no rows"),
    Case("no reps", {"reps.csv": "rep_id,capacity\n"}, C.NO_REPS, "reps.csv", "no rep is active"),
    Case("nobody active", _both_reps(active="no"), C.NO_REPS,
         "reps.csv", "no rep is active"),
    Case("all capacity zero", _both_reps(capacity="0"), C.NO_CAPACITY,
         "reps.csv, column capacity", "no rep has a free slot"),
    Case("everything held", policy("reserve_value: 5000"), C.ALL_HELD, "plan",
         "every one of the 2 leads"),
    Case("everything kept", {"leads.csv": (
        "lead_id,created_at,deal_value,score,owner_id\n"
        "L1,2026-11-18T12:00:00Z,10,50,r1\n")}, C.ALL_KEPT, "plan",
         "every one of the 1 leads has an owner"),
    _lead("excluded_rep_ids", "r9", C.UNKNOWN_REP, "not in the rep file"),
    Case("an owner nobody knows", leads(owner_id="gone"), C.UNKNOWN_OWNER,
         "leads.csv, row 3, column owner_id, id 'L2': 'gone'", "1 lead kept with an owner"),
    Case("created in the future", leads(created_at="2027-01-01T00:00:00Z"), C.FUTURE_LEAD,
         "leads.csv, row 3, column created_at, id 'L2': '2027-01-01T00:00:00+00:00'",
         "1 lead created after"),
    _lead("territory", "Nowhere", C.UNSERVED_TERRITORY, "that no rep has"),
    Case("a territory rule for nobody", policy("territories: [{name: N, sources: [web]}]"),
         C.UNSERVED_TERRITORY, "policy.yaml, column territories: 'N'",
         "1 territory of the policy that no rep has"),
    Case("a name close to a canonical one", leads(langauges="French"), C.CLOSE_COLUMN,
         "leads.csv, row 1, column langauges", "close to 'languages'"),
    Case("a country by name", leads(country="Germany"), C.NOT_ISO_COUNTRY,
         "leads.csv, row 3, column country, id 'L2': 'Germany'", "ISO 3166 does not assign"),
    Case("a rep without hours", reps(working_hours=""), C.UNKNOWN_HOURS,
         "reps.csv, row 3, column working_hours, id 'r2'", "taken for away"),
    Case("an account nobody knows",
         {"accounts.csv": "account_id\nA1\n", **leads(account_id="A9")}, C.UNKNOWN_ACCOUNT,
         "leads.csv, row 3, column account_id, id 'L2': 'A9'", "not in the accounts file"),
)
#: What only ``validate`` looks for; errors first.
RULES = (
    _rules("must_place: score > 100", "must_place: 'score > 100'", C.NEVER_MATCHES,
            "whatever the data"),
    _rules("rules: [{name: a, kind: must, reps: 'rep_id = \"r1\"'}, {name: b, kind: must_not, "
            "reps: 'rep_id = \"r1\"'}]", "rules.1, id 'L1': 'b'", C.CONTRADICTION,
            "contradict each other"),
    _rules("must_place: deal_value > 5000", "must_place: 'deal_value > 5000'", C.DEAD_RULE,
            "no lead of this window matches"),
    _rules("must_place: campaign is blank", "must_place: 'campaign'", C.DEAD_CONDITION,
            "no lead has a column of this name"),
    _rules("rules: [{name: a, kind: must_not}]", "rules.0, id 'L1': 'a'", C.RULES_LEAVE_NOBODY,
            "rule 'a' leaves no active rep"),
    Case("a rule against an account owner", {
        **policy('rules: [{name: a, kind: must_not, reps: "rep_id = \'r2\'"}]'),
        **leads(account_id="A"), "accounts.csv": "account_id,owner_id\nA,r2\n"},
        C.NAMED_REP_REFUSED, "policy.yaml, column rules.0, id 'L2': 'a'",
        "account owner, here 'r2'"),
    Case("a skill that nobody has", leads(required_skills="crm:0.5"), C.UNSERVED_SEGMENT,
         "id 'L2'", "2 lack a skill"),
    Case("nobody at night", _both_reps(working_hours="Mon-Sun 08:00-20:00"), C.UNCOVERED_HOURS,
         "id 'L1'", "Mon-Sun 20:00-08:00 (UTC; 84 hours"),
)


def good_files() -> Files:
    """Return files without any problem: two leads, two reps."""
    return {**leads(), **reps()}

"""Industries, product lines and lead sources of the generated world."""

from __future__ import annotations

from typing import NamedTuple


class ProductLine(NamedTuple):
    """A product line and the skills that selling it takes."""

    name: str
    skills: tuple[str, str, str]


class Industry(NamedTuple):
    """An industry: how common, how large its companies and deals are, what it buys."""

    name: str
    share: float
    size_factor: float
    deal_factor: float
    skill: str
    line_weights: tuple[float, float, float, float, float]
    company_words: tuple[str, ...]


class Source(NamedTuple):
    """A lead source: how common, how many points it adds to the score, its campaign."""

    name: str
    share: float
    score_points: float
    campaign: str | None


PRODUCT_LINES = (
    ProductLine("Analytics", ("dashboards", "data warehouse", "forecasting")),
    ProductLine("Commerce", ("online store", "payments", "loyalty")),
    ProductLine("Security", ("identity", "network security", "compliance")),
    ProductLine("Operations", ("inventory", "scheduling", "procurement")),
    ProductLine("Support", ("help desk", "live chat", "knowledge base")),
)

INDUSTRIES = (
    Industry("Software", 0.20, 0.7, 1.1, "technology", (0.40, 0.05, 0.30, 0.05, 0.20),
             ("Software", "Cloud", "Labs", "Systems")),
    Industry("Retail", 0.17, 1.2, 0.7, "retail", (0.10, 0.55, 0.05, 0.20, 0.10),
             ("Stores", "Outfitters", "Market", "Home")),
    Industry("Manufacturing", 0.15, 1.6, 1.2, "manufacturing", (0.15, 0.05, 0.10, 0.60, 0.10),
             ("Works", "Robotics", "Tools", "Castings")),
    Industry("Healthcare", 0.13, 1.5, 1.0, "healthcare", (0.15, 0.05, 0.35, 0.30, 0.15),
             ("Clinics", "Care", "Hospitals", "Dental")),
    Industry("Banking", 0.09, 2.0, 1.6, "finance", (0.25, 0.15, 0.50, 0.05, 0.05),
             ("Bank", "Credit Union", "Capital")),
    Industry("Logistics", 0.09, 1.1, 0.9, "logistics", (0.15, 0.05, 0.05, 0.65, 0.10),
             ("Freight", "Couriers", "Shipping")),
    Industry("Education", 0.07, 0.9, 0.6, "education", (0.20, 0.10, 0.15, 0.20, 0.35),
             ("Academy", "College", "Learning")),
    Industry("Insurance", 0.06, 1.4, 1.4, "finance", (0.35, 0.05, 0.40, 0.05, 0.15),
             ("Insurance", "Mutual", "Assurance")),
    Industry("Biotechnology", 0.04, 0.6, 1.5, "healthcare", (0.45, 0.02, 0.28, 0.20, 0.05),
             ("Biotech", "Genomics", "Therapeutics")),
)

SOURCES = (
    Source("Website", 0.34, 0.0, "autumn-refresh"),
    Source("Paid search", 0.20, -8.0, "brand-keywords"),
    Source("Webinar", 0.15, 4.0, "forecasting-live"),
    Source("Event", 0.12, 2.0, "expo-november"),
    Source("Referral", 0.11, 16.0, None),
    Source("Partner", 0.08, 10.0, None),
)

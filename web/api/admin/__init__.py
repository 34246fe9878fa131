"""What administrators' and moderators' apps call. Every row asks for a scope and for a role."""

from web.api.admin import accounts, barred, hosts, numbers, reports, trends
from web.routing import Route

routes: list[Route] = [
    *accounts.routes,
    *reports.routes,
    *hosts.routes,
    *barred.routes,
    *numbers.routes,
    *trends.routes,
]

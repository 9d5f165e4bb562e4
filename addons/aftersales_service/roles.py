"""The roles of the service, by the identifiers of their groups."""

RECEPTION = "aftersales_service.aftersales_service_group_reception"
TECHNICIAN = "aftersales_service.aftersales_service_group_technician"
DISPATCHER = "aftersales_service.aftersales_service_group_dispatcher"
QUALITY = "aftersales_service.aftersales_service_group_quality"
MANAGER = "aftersales_service.aftersales_service_group_manager"

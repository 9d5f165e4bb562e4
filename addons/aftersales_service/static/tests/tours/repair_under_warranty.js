import {registry} from "@web/core/registry";
import {addPart, choose, isIn, turnTo} from "./tour_steps";
import {stepUtils} from "@web_tour/tour_utils";

const APP = ".o_app[data-menu-xmlid='aftersales_service.aftersales_service_menu_root']";

// Reception: the customer calls, the unit's cover shows at once, and a repair is made from the ticket.
registry.category("web_tour.tours").add("aftersales_service_reception", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {content: "Open After-Sales", trigger: APP, run: "click"},
        {content: "New ticket", trigger: ".o_list_button_add, .o-kanban-button-new", run: "click"},
        {
            content: "Subject",
            trigger: ".o_form_view .o_field_widget[name='name'] :is(input, textarea)",
            run: "edit No cooling",
        },
        {
            content: "The kind is a repair",
            trigger: ".o_field_widget[name='kind'] input",
            run: "click",
        },
        {trigger: ".o_select_menu_item:contains('Repair')", run: "click"},
        ...choose("lot_id", "WAY-0001"),
        {content: "The product is known", trigger: ".o_field_widget[name='product_id'] input:value('Way Machine')"},
        {content: "So is the cover", trigger: ".o_field_widget[name='cover_status']:contains('Covered')"},
        {
            content: "What the customer says",
            trigger: ".o_field_widget[name='description'] .odoo-editor-editable",
            run: "editor It hums and stays warm.",
        },
        ...stepUtils.saveForm(),
        {content: "Make the repair", trigger: "button[name='action_create_repair']", run: "click"},
        {content: "The repair is under warranty", trigger: ".o-form-buttonbox .o_stat_value:contains('Covered')"},
        {
            content: "The customer's words came along",
            trigger: ".o_field_widget[name='customer_words'] textarea:value('It hums and stays warm.')",
        },
        {content: "The diagnosis begins", trigger: "button[name='action_start_diagnosis']", run: "click"},
        isIn("diagnosis"),
        {content: "Confirm", trigger: "button[name='action_validate']", run: "click"},
        {content: "It can be started", trigger: "button[name='action_repair_start']"},
    ],
});

// Technician: the part is replaced; who pays stands on the line before anything is typed.
registry.category("web_tour.tours").add("aftersales_service_technician", {
    steps: () => [
        {content: "The repair of the unit", trigger: ".o_data_row:contains('Way Machine') .o_data_cell", run: "click"},
        isIn("diagnosis"),
        turnTo("parts"),
        ...addPart(1, "Add", "Way Compressor"),
        ...addPart(2, "Remove", "Way Compressor"),
        ...stepUtils.saveForm(),
        {
            content: "The warranty pays for the new part",
            trigger: "div[name='move_ids'] .o_data_row:first .o_data_cell[name='coverage']:contains('Warranty')",
        },
        {content: "Start", trigger: "button[name='action_repair_start']", run: "click"},
        isIn("work"),
        {content: "To the inspector", trigger: "button[name='action_request_quality_check']", run: "click"},
        isIn("quality"),
    ],
});

// Quality inspector: looks at what the technician did and passes it.
registry.category("web_tour.tours").add("aftersales_service_inspector", {
    steps: () => [
        {
            content: "The check of the unit",
            trigger: ".o_data_row:contains('Way Machine') .o_data_cell",
            run: "click",
        },
        {content: "Everything is in order", trigger: "button[name='action_all_in_order']", run: "click"},
        {content: "The items are", trigger: "div[name='line_ids'] .o_data_row:contains('In Order')"},
        {content: "Pass", trigger: "button[name='action_pass']", run: "click"},
        isIn("passed"),
    ],
});

// Technician: what has passed its check is ready.
registry.category("web_tour.tours").add("aftersales_service_technician_end", {
    steps: () => [{content: "End", trigger: "button[name='action_repair_end']", run: "click"}, isIn("ready")],
});

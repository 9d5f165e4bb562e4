import {addPart, choose, drawSignature, isIn, turnTo} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

// Reception: finds the unit by its serial number, writes down what the customer says, and lets him sign.
tours.add("aftersales_service_tablet_intake", {
    steps: () => [
        {content: "A customer comes in", trigger: ".o_list_button_add", run: "click"},
        {
            content: "Type the serial number",
            trigger: ".o_repair_reception .o_field_widget[name='unit_code'] input",
            run: "edit WAY-0002 && press Tab",
        },
        {content: "The unit is found", trigger: ".o_field_widget[name='lot_id'] input:value('WAY-0002')"},
        {content: "So is its product", trigger: ".o_field_widget[name='product_id'] input:value('Way Machine')"},
        ...choose("partner_id", "Way Customer"),
        turnTo("reception_requests"),
        {
            content: "A request",
            trigger: ".o_field_widget[name='request_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "In the customer's own words",
            trigger:
                ".o_field_widget[name='request_ids'] .o_selected_row .o_field_widget[name='name'] :is(input, textarea)",
            run: "edit It hums and stays warm",
        },
        ...stepUtils.saveForm(),
        {content: "Signing is refused as yet", trigger: "button[name='action_sign_intake']", run: "click"},
        {
            content: "All that is missing is said at once",
            trigger: ".modal:contains('not read back to the customer'):contains('valuables')",
        },
        {content: "Understood", trigger: ".modal .modal-footer .btn", run: "click"},
        {
            content: "Read it back",
            trigger: ".o_field_widget[name='request_ids'] .o_data_row .o_field_widget[name='read_back'] input",
            run: "click",
        },
        turnTo("reception_belongings"),
        {content: "Warn about valuables", trigger: ".o_field_widget[name='valuables_warned'] input", run: "click"},
        ...stepUtils.saveForm(),
        {content: "Hand the tablet over", trigger: "button[name='action_sign_intake']", run: "click"},
        ...drawSignature(),
        {content: "Signed", trigger: ".ribbon:contains('Signed')"},
        {content: "Off to the workshop", trigger: "button[name='action_start_diagnosis']", run: "click"},
        isIn("diagnosis"),
    ],
});

// Technician: finds what is broken, and what it takes.
tours.add("aftersales_service_tablet_diagnosis", {
    steps: () => [
        isIn("diagnosis"),
        turnTo("parts"),
        ...addPart(1, "Add", "Way Compressor"),
        ...stepUtils.saveForm(),
        {
            content: "The customer has to pay for it",
            trigger: "div[name='move_ids'] .o_data_row:first .o_data_cell[name='coverage']:contains('Billable')",
        },
    ],
});

// Reception: shows the customer what it will cost; he agrees on the screen.
tours.add("aftersales_service_tablet_estimate", {
    steps: () => [
        isIn("diagnosis"),
        {content: "Present the estimate", trigger: "button[name='action_present_estimate']", run: "click"},
        isIn("estimate"),
        {content: "Hand the tablet over", trigger: "button[name='action_sign_estimate']", run: "click"},
        ...drawSignature(),
        {content: "Work may begin", trigger: "body:not(:has(button[name='action_sign_estimate']))"},
    ],
});

// Technician: works, and hands the unit to the inspector.
tours.add("aftersales_service_tablet_work", {
    steps: () => [
        isIn("estimate"),
        {content: "Start", trigger: "button[name='action_repair_start']", run: "click"},
        isIn("work"),
        {content: "To the inspector", trigger: "button[name='action_request_quality_check']", run: "click"},
        isIn("quality"),
    ],
});

// Reception: answers the request, explains the bill, and lets the customer sign it.
tours.add("aftersales_service_tablet_bill", {
    steps: () => [
        isIn("ready"),
        turnTo("intake"),
        {
            content: "The request",
            trigger: ".o_field_widget[name='request_ids'] .o_data_row .o_data_cell[name='state']",
            run: "click",
        },
        {
            content: "Was it solved?",
            trigger: ".o_field_widget[name='request_ids'] .o_selected_row .o_field_widget[name='state'] input",
            run: "click",
        },
        {trigger: ".o_select_menu_item:contains('Solved')", run: "click"},
        {
            content: "How",
            trigger:
                ".o_field_widget[name='request_ids'] .o_selected_row .o_field_widget[name='resolution'] :is(input, textarea)",
            run: "edit Compressor replaced",
        },
        ...stepUtils.saveForm(),
        turnTo("settlement"),
        {
            content: "The statement names the part",
            trigger: ".o_field_widget[name='statement_line_ids'] .o_data_row:contains('Way Compressor')",
        },
        {content: "Hand the tablet over", trigger: "button[name='action_sign_bill']", run: "click"},
        ...drawSignature(),
        {content: "Settle", trigger: "button[name='action_settle']", run: "click"},
        isIn("settled"),
    ],
});

// Cashier: sees who owes what, and collects it.
tours.add("aftersales_service_tablet_cashier", {
    steps: () => [
        {content: "The bill", trigger: ".o_data_row:contains('Way Customer') .o_list_record_selector", run: "click"},
        {content: "Collect", trigger: "button[name='action_register_payment']", run: "click"},
        {content: "The money is here", trigger: ".modal button[name='action_create_payments']", run: "click"},
        {
            content: "The payment stands",
            trigger: ".o_form_view .o_field_widget[name='partner_id']:contains('Way Customer')",
        },
        {content: "Back to the list", trigger: ".breadcrumb-item a:contains('Repair Bills')", run: "click"},
        {
            content: "Nothing left to collect",
            trigger: ".o_list_view .o_view_nocontent, .o_list_view:not(:has(.o_data_row))",
        },
    ],
});

// Reception: agrees on the next service, gives the unit back, and signs for it.
tours.add("aftersales_service_tablet_hand_over", {
    steps: () => [
        isIn("settled"),
        turnTo("settlement"),
        {
            content: "Paid",
            trigger: ".o_field_widget[name='bill_state']:contains('Paid')",
        },
        {
            content: "The next service",
            trigger: ".o_field_widget[name='next_service_meter'] input",
            run: "edit 500",
        },
        {content: "In hours", trigger: ".o_field_widget[name='next_service_meter_unit'] input", run: "click"},
        {trigger: ".o_select_menu_item:contains('Hours')", run: "click"},
        ...stepUtils.saveForm(),
        {content: "Hand over", trigger: "button[name='action_hand_over']", run: "click"},
        {
            content: "Own name, own password",
            trigger: ".modal .o_field_widget[name='password'] input",
            run: "edit way_reception",
        },
        {content: "Sign", trigger: ".modal button[name='action_sign']", run: "click"},
        isIn("delivered"),
    ],
});

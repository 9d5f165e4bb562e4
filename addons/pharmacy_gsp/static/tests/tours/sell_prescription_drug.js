import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const APP = ".o_app[data-menu-xmlid='pharmacy_gsp.pharmacy_gsp_menu_root']";

function isIn(state) {
    return {
        content: `The document is ${state}`,
        trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
    };
}

// Clerk: without prescription the order is refused, and the message says what to do.
registry.category("web_tour.tours").add("pharmacy_gsp_refused", {
    steps: () => [
        {content: "The order waits", trigger: ".o_form_view button[name='action_confirm']:enabled", run: "click"},
        {
            content: "It is refused, with the drug, the rule and the remedy",
            trigger: ".modal-body:contains('Test Amoxicillin'):contains('17001'):contains('Link a prescription')",
        },
        {content: "Understood", trigger: ".modal-footer .btn-primary, .modal-footer .btn", run: "click"},
        isIn("draft"),
    ],
});

// Pharmacist: reviews and signs with the own password.
registry.category("web_tour.tours").add("pharmacy_gsp_review", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {content: "Open Pharmacy GSP", trigger: APP, run: "click"},
        {
            content: "Sale",
            trigger: ".o_menu_sections [data-menu-xmlid='pharmacy_gsp.pharmacy_gsp_menu_sale']",
            run: "click",
        },
        {trigger: ".dropdown-item[data-menu-xmlid='pharmacy_gsp.gsp_prescription_menu_review']", run: "click"},
        {content: "The prescription", trigger: ".o_data_row:contains('Test Patient') .o_data_cell", run: "click"},
        isIn("reviewing"),
        {content: "Review and sign", trigger: "button[name='action_review']", run: "click"},
        {
            content: "A wrong password signs nothing",
            trigger: ".modal .o_field_widget[name='password'] input",
            run: "edit not-the-password",
        },
        {trigger: ".modal button[name='action_sign']", run: "click"},
        {
            content: "It says so, and nothing is signed",
            trigger: ".o_dialog:contains('was not signed') footer button",
            run: "click",
        },
        {
            content: "The own password",
            trigger: ".modal .o_field_widget[name='password'] input",
            run: "edit gsp_pharmacist-password",
        },
        {trigger: ".modal button[name='action_sign']", run: "click"},
        isIn("reviewed"),
    ],
});

// Clerk: sells on the reviewed prescription and hands over; the register has the sale.
registry.category("web_tour.tours").add("pharmacy_gsp_sell", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {content: "Open Pharmacy GSP", trigger: APP, run: "click"},
        {
            content: "The reviewed prescription",
            trigger: ".o_data_row:contains('Test Patient') .o_data_cell",
            run: "click",
        },
        isIn("reviewed"),
        {content: "Sell", trigger: "button[name='action_create_sale_order']", run: "click"},
        {
            content: "The drug stands on the order",
            trigger: ".o_form_view .o_field_widget[name='order_line'] .o_data_row:contains('Test Amoxicillin')",
        },
        {content: "Confirm", trigger: "button[name='action_confirm']:enabled", run: "click"},
        isIn("sale"),
        {content: "The delivery", trigger: "button[name='action_view_delivery']", run: "click"},
        {content: "Hand over", trigger: "button[name='button_validate']:enabled", run: "click"},
        isIn("done"),
    ],
});

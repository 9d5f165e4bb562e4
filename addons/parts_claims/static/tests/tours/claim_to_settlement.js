import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const APP = ".o_app[data-menu-xmlid='parts_claims.parts_claims_menu_root']";

function press(name) {
    return {content: `Press ${name}`, trigger: `.o_form_view button[name='${name}']:enabled`, run: "click"};
}

const confirmDialog = {content: "Yes, really", trigger: ".modal-footer .btn-primary", run: "click"};

function isIn(state) {
    return {
        content: `The document is ${state}`,
        trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
    };
}

// Claims clerk: from the worklist to the supplier's answer.
registry.category("web_tour.tours").add("parts_claims_clerk", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {content: "Open Parts Claims", trigger: APP, run: "click"},
        {
            content: "The part waits in the worklist",
            trigger: ".o_data_row:contains('Way Compressor') .o_list_record_selector input",
            run: "click",
        },
        {content: "Claim it", trigger: "button[name='action_add_to_claims']", run: "click"},
        isIn("draft"),
        {
            content: "The claim names the supplier",
            trigger: ".o_field_widget[name='supplier_id']:contains('Way Supplier')",
        },
        press("action_submit"),
        confirmDialog,
        isIn("submitted"),
        press("action_accept_rest"),
        {content: "Accepted in full", trigger: ".o_data_row .o_data_cell[name='decision']:contains('Accepted')"},
        press("action_answer"),
        isIn("answered"),
        press("action_agree"),
        isIn("agreed"),
    ],
});

// Settlement: the credit is posted and set off against the supplier's bill.
registry.category("web_tour.tours").add("parts_claims_settlement", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {content: "Open Parts Claims", trigger: APP, run: "click"},
        {
            content: "Claims",
            trigger: ".o_menu_sections [data-menu-xmlid='parts_claims.parts_claims_menu_claims']",
            run: "click",
        },
        {trigger: ".dropdown-item[data-menu-xmlid='parts_claims.parts_claim_menu']", run: "click"},
        {content: "The agreed claim", trigger: ".o_kanban_record:contains('Way Supplier')", run: "click"},
        isIn("agreed"),
        press("action_settle"),
        isIn("draft"),
        {content: "440 and the tax on it", trigger: ".o_field_widget[name='amount_total']:contains('497.20')"},
        press("action_post"),
        confirmDialog,
        isIn("posted"),
        press("action_reconcile"),
        isIn("reconciled"),
        {content: "The credit note is a click away", trigger: "button[name='action_view_credit_note']"},
    ],
});

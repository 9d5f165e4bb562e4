// Steps that several tours take.

export function choose(field, text) {
    return [
        {
            content: `Search ${text} in ${field}`,
            trigger: `.o_field_widget[name='${field}'] input`,
            run: `edit ${text}`,
        },
        {
            content: `Choose ${text}`,
            trigger: `.o-autocomplete--dropdown-item a:contains('${text}')`,
            run: "click",
        },
    ];
}

export function isIn(state) {
    return {
        content: `The document is ${state}`,
        trigger: `.o_statusbar_status .o_arrow_button_current[data-value='${state}']`,
    };
}

export function turnTo(page) {
    return {content: `Page ${page}`, trigger: `.o_notebook .nav-link[name='${page}']`, run: "click"};
}

export function addPart(number, kind, text) {
    const line = `div[name='move_ids'] tr.o_data_row:nth-of-type(${number}).o_selected_row`;
    return [
        {content: "New line", trigger: "div[name='move_ids'] .o_field_x2many_list_row_add a", run: "click"},
        {
            content: `The line is: ${kind}`,
            trigger: `${line} .o_field_widget[name='repair_line_type'] input`,
            run: "click",
        },
        {trigger: `.o_select_menu_item:contains('${kind}')`, run: "click"},
        {content: "The part", trigger: `${line} .o_field_widget[name='product_id'] input`, run: `edit ${text}`},
        {trigger: `.o-autocomplete--dropdown-item a:contains('${text}')`, run: "click"},
        {content: "One is used", trigger: `${line} .o_field_widget[name='quantity'] input`, run: "edit 1"},
    ];
}

async function draw(canvas) {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    const touch = async (kind, target, part, buttons = 1) => {
        const point = {clientX: left + width * part, clientY: top + height * (0.5 + 0.2 * Math.sin(20 * part))};
        target.dispatchEvent(
            new PointerEvent(kind, {...point, buttons, bubbles: true, isPrimary: true, pressure: 0.5}),
        );
        // The pad looks where the finger is sixty times a second.
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await touch("pointerdown", canvas, 0.2);
    for (const part of [0.3, 0.4, 0.5, 0.6, 0.7]) {
        await touch("pointermove", window, part);
    }
    await touch("pointerup", window, 0.8, 0);
}

// The customer draws the signature with a finger and hands the tablet back.
export function drawSignature() {
    return [
        {
            content: "The window says what is signed, and by whom",
            trigger: ".modal .o_field_widget[name='signed_by'] input:value('Way Customer')",
        },
        {content: "Open the pad", trigger: ".modal .o_field_widget[name='signature'] .o_signature_empty", run: "click"},
        {content: "With a finger", trigger: ".modal .o_web_sign_draw_button", run: "click"},
        {
            content: "Draw",
            trigger: ".modal:has(.o_web_sign_draw_button.active) canvas.o_web_sign_signature",
            async run() {
                await draw(this.anchor);
            },
        },
        {content: "Take it over", trigger: ".modal:last .modal-footer .btn-primary:enabled", run: "click"},
        {content: "It stands in the window", trigger: ".modal .o_field_widget[name='signature'] img"},
        {content: "Sign", trigger: ".modal button[name='action_sign']", run: "click"},
        {content: "The window is gone", trigger: "body:not(:has(.modal))"},
    ];
}

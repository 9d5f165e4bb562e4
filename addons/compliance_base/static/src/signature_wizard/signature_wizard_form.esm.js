import {FormController} from "@web/views/form/form_controller";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

/**
 * Form of the signature wizard.
 *
 * An ordinary form saves its fields before it runs a button, or when it is left. A password must never be saved: here
 * it goes to the server once, in the context of the call that signs, and is forgotten.
 */
export class SignatureWizardFormController extends FormController {
    async beforeExecuteActionButton(clickParams) {
        const record = this.model.root;
        if (clickParams.name === "action_sign") {
            const {password, code} = record.data;
            clickParams.buttonContext = {password, code};
        }
        await record.discard();
        return true;
    }

    async beforeLeave() {
        await this.model.root.discard();
    }

    beforeVisibilityChange() {
        // Nothing is saved
    }

    beforeUnload() {
        // Nothing is saved
    }
}

registry.category("views").add("compliance_signature_wizard_form", {
    ...formView,
    Controller: SignatureWizardFormController,
});

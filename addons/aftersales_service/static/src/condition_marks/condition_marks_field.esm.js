import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {x2ManyCommands} from "@web/core/orm_service";

/**
 * The picture of the unit. A tap sets a numbered mark; the list beside it says what each mark is.
 */
export class ConditionMarksField extends Component {
    static template = "aftersales_service.ConditionMarksField";
    static props = {
        ...standardFieldProps,
        pictureField: {type: String, optional: true},
    };

    get list() {
        return this.props.record.data[this.props.name];
    }

    get marks() {
        return this.list.records;
    }

    get picture() {
        return this.props.record.data[this.props.pictureField];
    }

    get kinds() {
        return this.list.fields.kind.selection;
    }

    get nextNumber() {
        return Math.max(0, ...this.marks.map((mark) => mark.data.sequence)) + 1;
    }

    getPlace(mark) {
        return `left: ${mark.data.x}%; top: ${mark.data.y}%;`;
    }

    async onTapPicture(ev) {
        if (this.props.readonly) {
            return;
        }
        const box = ev.currentTarget.getBoundingClientRect();
        const getPercent = (distance, size) => Math.round((1000 * distance) / size) / 10;
        await this.list.applyCommands([
            x2ManyCommands.create(false, {
                sequence: this.nextNumber,
                kind: "scratch",
                note: false,
                x: getPercent(ev.clientX - box.left, box.width),
                y: getPercent(ev.clientY - box.top, box.height),
            }),
        ]);
    }

    async onChangeKind(mark, ev) {
        await mark.update({kind: ev.target.value});
    }

    async onChangeNote(mark, ev) {
        await mark.update({note: ev.target.value});
    }

    async onDelete(mark) {
        await this.list.delete(mark);
    }
}

registry.category("fields").add("condition_marks", {
    component: ConditionMarksField,
    displayName: _t("Damage marks on a picture"),
    supportedTypes: ["one2many"],
    useSubView: true,
    supportedOptions: [
        {
            label: _t("Picture"),
            name: "picture",
            type: "field",
            help: _t("Field with the address of the picture that is marked."),
        },
    ],
    extractProps: ({options}) => ({pictureField: options.picture}),
});

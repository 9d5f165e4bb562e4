import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const PAGE = 50;
const ICONS = {
    sale: "fa-shopping-cart",
    transfer: "fa-truck",
    invoice: "fa-file-text-o",
    warranty: "fa-shield",
    ticket: "fa-comments-o",
    repair: "fa-wrench",
    file: "fa-folder-o",
    meter: "fa-tachometer",
    campaign: "fa-bullhorn",
    callback: "fa-phone",
    old_part: "fa-recycle",
};

/**
 * Everything that happened to a unit, newest first.
 */
export class UnitLife extends Component {
    static template = "aftersales_service.UnitLife";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({events: [], hasMore: false, hidden: {}});
        onWillStart(() => this.load(this.props.record.resId));
        onWillUpdateProps(async (nextProps) => {
            if (nextProps.record.resId !== this.resId) {
                await this.load(nextProps.record.resId);
            }
        });
    }

    get kinds() {
        return [...new Map(this.state.events.map((event) => [event.kind, event.label])).entries()];
    }

    get shown() {
        return this.state.events.filter((event) => !this.state.hidden[event.kind]);
    }

    getIcon(event) {
        return `fa ${ICONS[event.kind] || "fa-circle-o"}`;
    }

    async load(resId) {
        this.resId = resId;
        Object.assign(this.state, {events: [], hasMore: false, hidden: {}});
        if (resId) {
            await this.loadMore();
        }
    }

    async loadMore() {
        // One more than is shown tells whether there is another page
        const events = await this.orm.call("stock.lot", "get_life_events", [
            [this.resId],
            PAGE + 1,
            this.state.events.length,
        ]);
        this.state.hasMore = events.length > PAGE;
        this.state.events.push(...events.slice(0, PAGE));
    }

    toggle(kind) {
        this.state.hidden[kind] = !this.state.hidden[kind];
    }

    open(event) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: event.model,
            res_id: event.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("unit_life", {component: UnitLife});

# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many rows like that of one record, written by the database itself: what is measured is not how they are made."""


def copy_rows(record, count, **changes):
    """Copy the row of a record: ids of the copies, in order.

    :param changes: column → SQL, in which ``number`` counts from 1 and ``%(name)s`` is the id of the same number in a
        list; and name → that list of ids
    """
    lists = {name: ids for name, ids in changes.items() if isinstance(ids, list)}
    changed = {name: text for name, text in changes.items() if name not in lists}
    for name in lists:
        changed = {
            column: text.replace(f"%({name})s", f"({name}.ids)[number]") for column, text in changed.items()
        }
    record.env.flush_all()
    cursor = record.env.cr
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id' "
        "AND is_generated = 'NEVER'",
        [record._table],
    )
    columns = [name for (name,) in cursor.fetchall()]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'origin."{name}"') for name in columns)
    sources = [f'"{record._table}" AS origin', "generate_series(1, %(count)s) AS number"]
    sources += [f"(SELECT %({name})s::int[] AS ids) AS {name}" for name in lists]
    cursor.execute(
        f'INSERT INTO "{record._table}" ({names}) SELECT {values} FROM {", ".join(sources)} '
        "WHERE origin.id = %(id)s ORDER BY number RETURNING id",
        {"count": count, "id": record.id, **lists},
    )
    return [new_id for (new_id,) in cursor.fetchall()]

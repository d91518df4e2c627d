"""The published figures with a place on a page: those of forms and those of sentences, as one relation.

What lives here: the SQL of that relation. What must not: what is asked of it.
"""

from __future__ import annotations

#: To be put in brackets, or into a common table expression: one row per figure, the columns of `fct_form_value`.
#: A sentence has no column (0), its form is `narrative`, its title the part of the text, its qualifier the topic.
PRINTED_FIGURES = """
    select
        value_id, document_id, fiscal_year, phase, form_id, form_title, instance_no, line_side, line_code, line_label,
        qualifier, measure, amount_yuan, count_value, reported_text, stored_text, reported_line, reported_unit,
        unit_evidence, precision_yuan, page_no, row_no, col_no, bbox, method, method_reason, grade
    from marts.fct_form_value
    union all by name
    select
        fact_id as value_id, document_id, fiscal_year, phase, 'narrative' as form_id, section as form_title,
        1 as instance_no, null as line_side, coalesce(line_code, topic) as line_code, line_label, topic as qualifier,
        measure, amount_yuan, coalesce(rate_percent, count_value) as count_value, reported_text, null as stored_text,
        sentence as reported_line, reported_unit,
        case when is_derived then 'derived from two figures' else 'printed in the sentence' end as unit_evidence,
        reported_precision as precision_yuan, page_no, coalesce(line_no, 0) as row_no, 0 as col_no, bbox,
        'sentence' as method, reading_doubt as method_reason, grade
    from marts.fct_narrative_amount
"""

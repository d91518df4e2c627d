-- en: Identifiers of ref.ref_comparability_reason (columns incomparable_reasons and
--   warnings) in words.
-- zh: 将可比性原因编号（incomparable_reasons、warnings 两列）写成文字。
-- needs: main.in_language, ref.ref_comparability_reason
-- example: select in_words(['unit_scope', 'no_population'], lang := 'en')
create macro main.in_words(reason_ids, lang := 'both') as
coalesce(
    (
        select
            list(
                main.in_language(reasons.name_zh, reasons.name_en, lang)
                order by list_position(reason_ids, reasons.reason_id)
            )
        from ref.ref_comparability_reason as reasons
        where list_contains(reason_ids, reasons.reason_id)
    ),
    []
);

-- en: Whether a value is among those asked for; asked null asks for all.
-- zh: 某值是否在所问之列；所问为空即全部。
-- needs: main.as_list
-- example: select is_asked('140431', ['140431', '140522'])
create macro main.is_asked(one, asked) as
coalesce(list_contains(main.as_list(asked), cast(one as varchar)), asked is null);

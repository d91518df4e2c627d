-- en: What was asked for as a list of texts: one value or a list of them, numbers or
--   texts; null stays null.
-- zh: 将所问的一个值或多个值（文字或数字）化为文字列表；空值仍为空。
-- example: select as_list([2022, 2023])
create macro main.as_list(asked) as
list_transform(
    string_split(trim(cast(asked as varchar), '[]'), ','),
    one -> trim(one)
);

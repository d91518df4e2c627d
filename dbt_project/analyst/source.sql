-- en: Where one figure stands: sources_of for one value_id.
-- zh: 一个数字的出处：单个 value_id 的 sources_of。
-- needs: main.sources_of
-- example: from source('f3670f82277b33bfdbff')
create macro main.source(value_id) as table
    select * from main.sources_of(value_id);

-- en: A saying in one language or both: lang is 'en', 'zh' or 'both'.
-- zh: 按所选语言给出说明：lang 取 'en'、'zh' 或 'both'（两种）。
-- example: select in_language('人口未知', 'the population is unknown', 'en')
create macro main.in_language(chinese, english, lang) as
case lang
    when 'zh' then chinese
    when 'en' then english
    when 'both' then chinese || ' · ' || english
    else error('lang is ''' || lang || '''; expected ''en'', ''zh'' or ''both''')
end;

{#
  What two spellings of one body have in common: its name without its region, party and office
  (人民政府信访局 and 信访局, 开元镇人民政府 and 开元镇, 长安路办事处 and 长安路街道办事处,
  号头庄回族乡 and 号头庄乡, 发展与改革局 and 发展改革局). Applied again it changes nothing.
#}
{% macro department_key(local_name) -%}
    {%- set steps = [
        ('[（(](本级|本部|机关)[）)]$|(本级|本部)$', ''),
        ('^[省市县区旗州]((委|政府|人民政府|人大|政协|纪委).*)$', '\\1'),
        ('^(人民政府|政府)+([^办].+)$', '\\2'),
        ('^委员会', '委'),
        ('^委+([^办].+)$', '\\1'),
        ('^(.+[乡镇])(人民)?政府$', '\\1'),
        ('^(.+?)(街道办事处|街道办|街道|办事处)$', '\\1街道办事处'),
        ('^(.+?)(' ~ ethnic_groups() ~ ')+乡$', '\\1乡'),
    ] -%}
    {%- set ns = namespace(text=local_name) -%}
    {%- for pattern, replacement in steps -%}
        {%- set ns.text = "regexp_replace(" ~ ns.text ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "')" -%}
    {%- endfor -%}
    case
        when
            regexp_matches(
                {{ ns.text }}, '(局|厅|委员会|办公室|办公厅|联合会)$'
            )
            then regexp_replace({{ ns.text }}, '[和与及、]', '', 'g')
        else {{ ns.text }}
    end
{%- endmacro %}


{# The ethnic groups that townships are named after; a name of one of them belongs to it or is its own. #}
{% macro ethnic_groups() -%}
    (蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺)族
{%- endmacro %}

"""Words of English and German that say nothing about what two texts are about, without accents, and so do the words of any post here."""

from typing import Final

_WORDS: Final = (
    "a about above across after again against ago all almost along already also although always am among an and another any"
    " anybody anyone anything are around as at away back be became because become been before began begin behind being below"
    " best better between both but by came can cannot come could day days did didn do does doesn doing don done down during"
    " each early either else enough even ever every everybody everyone everything few find first five for found four from get"
    " gets give given go goes going gone good got had has hasn have haven having he her here hers herself him himself his how"
    " however i if in into is isn it its itself just keep kept know last late later least left less let like likely little"
    " long look made make makes making many may maybe me mean might mine more most much must my myself need needs never new"
    " next no nobody none nor not nothing now of off often old on once one only onto or other others our ours ourselves out"
    " over own part per perhaps put quite rather really said same saw say says see seem seen several shall she should since"
    " six so some somebody someone something soon still such take taken ten than that the their theirs them themselves then"
    " there these they thing things think this those though three through thus till time times to today together told too"
    " took toward tried try trying two under until up upon us use used uses using very via want was wasn way ways we week"
    " weeks well went were weren what when where whether which while who whole whom whose why will with within without won"
    " work works worked would year years yes yet you your yours yourself learn learned learning action share patient patients"
    " ab aber alle allem allen aller alles als also am an ander andere anderen anderer anderes auch auf aus ausser bei beim"
    " bereits bin bis bist da dabei dadurch dafur dagegen daher damit dann daran darauf daraus darf darin daruber darum das"
    " dass davon davor dazu dein deine dem den denen denn der deren des deshalb dessen dich die dies diese diesem diesen"
    " dieser dieses dir doch dort du durch ein eine einem einen einer eines einige einigen einiger einmal er es etwa etwas"
    " euch euer fast fur ganz gar gegen gewesen gibt ging gut hab habe haben hat hatte hatten hier hin hinter ich ihm ihn"
    " ihnen ihr ihre ihrem ihren ihrer im immer in indem ins irgend ist ja jede jedem jeden jeder jedes jetzt kann kein keine"
    " keinem keinen keiner konnen konnte konnten lassen man manche mehr mein meine mit mochte muss mussen musste nach nachdem"
    " nicht nichts nie noch nun nur ob oder oft ohne sage sagen schon sehr sein seine seinem seinen seiner seit selbst sich"
    " sie sind so sobald sofern sogar solche soll sollen sollte sondern sonst statt uber um und uns unser unsere unter viel"
    " viele vielen vom von vor wahrend wann war waren warum was weil weiter welche welchem welchen welcher wenig wenn wer"
    " werde werden wie wieder will wir wird wirklich wo wohl wollen wollte worden wurde wurden zu zum zur zwar zwei zwischen"
    " patientin patientinnen patienten tag tage tagen woche wochen jahr jahre"
)
STOP_WORDS: Final = frozenset(_WORDS.split())

// What all forms of a word have in common. Russian words are cut as Snowball's algorithm for Russian does
// (snowballstem.org/algorithms/russian), English ones of their commonest endings.
(() => {
  "use strict";

  // The longest of the endings; those behind the bar stand only after а or я.
  const ends = (endings) => {
    const [free, bound] = endings.split("|").map((each) => each.trim().split(/\s+/).join("|"));
    return new RegExp(bound ? `(?:${free}|(?<=[ая])(?:${bound}))$` : `(?:${free})$`);
  };
  const GERUND = ends("ив ивши ившись ыв ывши ывшись | в вши вшись");
  const REFLEXIVE = ends("ся сь");
  const ADJECTIVE = ends(
    "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею");
  const PARTICIPLE = ends("ивш ывш ующ | ем нн вш ющ щ");
  const VERB = ends(
    "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю" +
    " | ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно");
  const NOUN = ends(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я");
  const SUPERLATIVE = ends("ейше ейш");
  const ABSTRACT = ends("ост ость");
  const DOUBLED = /(?<=н)н$/;
  const TWO_SYLLABLES = /^.*?[аеиоуыэюя][^аеиоуыэюя].*?[аеиоуыэюя][^аеиоуыэюя]/;

  const russian = (word) => {
    const first = word.search(/[аеиоуыэюя]/) + 1; // endings stand behind the first vowel
    if (!first) return word;
    let left = word.slice(first);
    const cut = (ending) => {
      const before = left;
      left = left.replace(ending, "");
      return left !== before;
    };
    if (!cut(GERUND)) {
      cut(REFLEXIVE);
      if (cut(ADJECTIVE)) cut(PARTICIPLE);
      else if (!cut(VERB)) cut(NOUN);
    }
    cut(/и$/);
    const root = TWO_SYLLABLES.exec(word)?.[0].length ?? word.length;
    if (ABSTRACT.test(word.slice(root, first + left.length))) cut(ABSTRACT);
    if (!cut(DOUBLED)) {
      if (cut(SUPERLATIVE)) cut(DOUBLED);
      else cut(/ь$/);
    }
    return word.slice(0, first) + left;
  };

  const english = (word) => {
    const one = word.replace(/(?<=ss)es$|(?<=.i)es$|(?<=[^siu])s$/, "");
    const bare = one.replace(/(?<=[aeiouy].*)(?:ed|ing)$/, "");
    const stem = bare === one ? one : bare.replace(/([^aeiouylsz])\1$/, "$1");
    return stem.replace(/(?<=..)e$/, "").replace(/(?<=.[^aeiou])y$/, "i");
  };

  window.funnelbookStem = (word) => (/[а-я]/.test(word) ? russian : english)(word);
})();

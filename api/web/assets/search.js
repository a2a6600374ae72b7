// Offers merchants' names while one is typed. Without this script the field searches as
// well; with it, what is chosen is a name that the register has.
(() => {
  const field = document.querySelector('input[type=search][data-suggest]');
  const list = field && document.getElementById(field.getAttribute('list'));
  if (!list) return;
  let wait, last = '', asked;
  const offer = async typed => {
    if (asked) asked.abort();
    asked = new AbortController();
    const answer = await fetch(field.dataset.suggest + '?limit=8&q=' + encodeURIComponent(typed), { signal: asked.signal });
    if (!answer.ok) return;
    const found = await answer.json();
    const names = new Set((found.merchants || []).map(m => m.name).filter(Boolean));
    list.replaceChildren(...[...names].map(name => new Option(name, name)));
  };
  field.addEventListener('input', () => {
    const typed = field.value.trim();
    clearTimeout(wait);
    if (typed.length < 2 || typed.length > 50 || typed === last) return;
    wait = setTimeout(() => { last = typed; offer(typed).catch(() => {}); }, 200);
  });
})();

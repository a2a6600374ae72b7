// Takes the code of an answer from behind the # of the address into the form, and out of
// the address. On a page that shows another complaint it ends that one first.
(() => {
  const code = location.hash.slice(1);
  if (!/^[\w-]{44}$/.test(code)) return;
  const leave = document.getElementById('leave');
  if (leave) {
    leave.action += '#' + code;
    leave.submit();
    return;
  }
  const field = document.getElementById('code');
  if (!field) return;
  field.value = code;
  for (const link of document.querySelectorAll('a[hreflang]')) link.hash = code;
  history.replaceState(null, '', location.pathname + location.search);
})();

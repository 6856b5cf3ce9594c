// A page that shows what is being prepared is loaded again until it is there; whoever writes in it is not disturbed.
setTimeout(() => {
  const written = [...document.querySelectorAll("input, textarea")].some((one) => one.value);
  if (!written) location.reload();
}, 3000);

// Groups the digits of a card number as they are typed, and fills in a test card that is chosen. The
// pages work without it.
"use strict";
(() => {
  const number = document.getElementById("card-number");
  const expiry = document.getElementById("card-expiry");
  const group = (digits) =>
    (/^3[47]/.test(digits) ? [digits.slice(0, 4), digits.slice(4, 10), digits.slice(10, 15)] : digits.match(/.{1,4}/g) || [])
      .filter(Boolean)
      .join(" ");
  if (number) {
    number.addEventListener("input", () => {
      if (number.selectionStart === number.value.length) number.value = group(number.value.replace(/\D/g, "").slice(0, 19));
    });
    expiry.addEventListener("input", (event) => {
      if (event.inputType && event.inputType.startsWith("delete")) return;
      const digits = expiry.value.replace(/\D/g, "");
      if (/^\d{3,4}$/.test(digits) && !expiry.value.includes("/")) expiry.value = `${digits.slice(0, 2)} / ${digits.slice(2)}`;
    });
  }
  for (const button of document.querySelectorAll("button.test")) {
    button.addEventListener("click", () => {
      const name = document.getElementById("card-name");
      number.value = button.dataset.number;
      expiry.value = button.dataset.expiry;
      document.getElementById("card-cvc").value = button.dataset.cvc;
      if (!name.value) name.value = "Test Reader";
      document.getElementById("pay").focus();
    });
  }
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();
})();

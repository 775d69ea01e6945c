import "swagger-ui-dist/swagger-ui.css";
import "./page.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const page = document.documentElement.classList;
page.toggle("dark-mode", page.contains("dark"));

// Everything comes from our own server: no validator's badge, and no document that the page's own address names.
SwaggerUI({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});

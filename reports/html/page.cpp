#include "reports/html/page.hpp"

#include <fmt/format.h>

#include "reports/case_text.hpp"
#include "reports/html/embed.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/page_head.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/summary.hpp"

namespace assay {

namespace {

using html::escape;

std::string render_head(const Result& result) {
  return html::page_head(fmt::format("assay: {} ({})", instance_text(result),
                                     result.import ? "imported from " + result.import->tool
                                                   : result.provenance.started_utc),
                         "assay " + result.provenance.assay_version);
}

std::string render_header(const Result& result) {
  const Identity& identity = result.host.identity;
  const std::string imported = import_text(result);
  return fmt::format(
      "<header>\n<p class=brand>assay report</p>\n<h1>{}</h1>\n{}<p class=sub>{}</p>\n",
      escape(instance_text(result)),
      imported.empty() ? "" : "<div class=notes>" + html::paragraph(imported) + "</div>\n",
      escape(fmt::format("{}{}Suite {}, {}", identity.sys_vendor,
                         identity.sys_vendor.empty() ? "" : ". ", result.plan.suite,
                         run_text(result))));
}

}  // namespace

std::string render_html(const Result& result, std::string_view result_json,
                        const CatalogView& catalog) {
  const html::Document document{result, result_json, catalog};
  std::string links;
  std::string body;
  for (const html::Section& section : html::sections()) {
    const std::string content = section.render(document);
    if (content.empty()) continue;
    links += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, escape(section.heading));
    body += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", section.id,
                        escape(section.heading), content);
  }
  return render_head(result) + "<body>\n" + render_header(result) +
         "<nav aria-label=\"Sections\">\n" + links + "</nav>\n</header>\n<main>\n" + body +
         "</main>\n" + html::embed_result(result_json) + "</body>\n</html>\n";
}

}  // namespace assay

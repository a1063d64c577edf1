#include <fmt/format.h>

#include "reports/html/escape.hpp"
#include "reports/html/host_tables.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"
#include "reports/sha256.hpp"

namespace assay::html {

namespace {

std::string redacted_text(const Result& result) {
  if (!result.redaction) return {};
  return fmt::format("{}", fmt::join(result.redaction->removed, ", "));
}

std::string reproduce(const Document& document) {
  const Provenance& provenance = document.result.provenance;
  const Plan& plan = document.result.plan;
  const Comparability& key = document.result.comparability;
  return "<h3>Reproduce</h3>\n<pre class=scroll tabindex=0>" + escape(provenance.command_line) +
         "</pre>\n" +
         render_pairs(
             {{"assay", fmt::format("{} ({})", provenance.assay_version, provenance.git_commit)},
              {"compiler", provenance.compiler},
              {"compiler flags", provenance.compiler_flags},
              {"started (UTC)", provenance.started_utc},
              {"finished (UTC)", provenance.finished_utc},
              {"taken up again",
               provenance.resumed == 0 ? "" : fmt::format("{} times", provenance.resumed)},
              {"suite", plan.suite},
              {"suite SHA-256", plan.suite_sha256},
              {"seed", fmt::format("{}", plan.seed)},
              {"preconditioning", key.preconditioning},
              {"data", key.data_kind},
              {"volume, as told", key.volume_note},
              {"comparable", key.comparable ? "yes" : "no: contents were assumed"},
              {"redacted", redacted_text(document.result)},
              {"schema", document.result.schema + " " + document.result.schema_version},
              {"SHA-256 of the Result in this page", sha256_hex(document.result_json)}});
}

/// Of an imported Result only what its file says: assay's seed, class or build measured nothing.
std::string import_origin(const Document& document) {
  const Result& result = document.result;
  return "<h3>Where it comes from</h3>\n<pre class=scroll tabindex=0>" +
         escape(result.provenance.command_line) + "</pre>\n" +
         render_pairs({{"measured by", result.import->tool},
                       {"its version", result.import->version},
                       {"SHA-256 of its file", result.import->file_sha256},
                       {"started (UTC)", result.provenance.started_utc},
                       {"finished (UTC)", result.provenance.finished_utc},
                       {"SHA-256 of its jobs", result.plan.suite_sha256},
                       {"imported by assay", fmt::format("{} ({})", result.provenance.assay_version,
                                                         result.provenance.git_commit)},
                       {"schema", result.schema + " " + result.schema_version},
                       {"SHA-256 of the Result in this page", sha256_hex(document.result_json)}});
}

std::string targets(const Plan& plan) {
  Table table{{{"target"}, {"what"}, {"chosen"}, {"reason"}, {"span", Align::number}, {"contents"}},
              {}};
  for (const Target& target : plan.targets) {
    table.rows.push_back(
        {target.id, target.label, target.chosen ? "chosen" : "refused", target.reason,
         target.span_bytes == 0 ? "-" : format_bytes(static_cast<double>(target.span_bytes)),
         target.contents.empty() ? "-" : target.contents});
  }
  return "<h3>Targets</h3>\n" + render_table(table, "Targets");
}

}  // namespace

std::string disclosure_section(const Document& document) {
  if (document.result.import) {
    return import_origin(document) + targets(document.result.plan) +
           render_told_host(document.result.host);
  }
  return reproduce(document) + targets(document.result.plan) +
         render_host_tables(document.result.host);
}

}  // namespace assay::html

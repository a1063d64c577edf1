#include <fmt/format.h>

#include "reports/case_text.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/summary.hpp"
#include "reports/target_text.hpp"

namespace assay::html {

namespace {

std::string render_headline(const Headline& headline) {
  std::string text = fmt::format("<li><span class=name>{}</span> <strong>{}</strong>",
                                 escape(headline.name), escape(headline.value));
  for (const std::string& detail : headline.details) {
    text += fmt::format(" <small>{}</small>", escape(detail));
  }
  return text + "</li>\n";
}

std::string what_it_is(const Result& result, const Target& target) {
  const bool device = target.kind != TargetKind::host_memory && target.kind != TargetKind::gpu &&
                      target.kind != TargetKind::program;
  if (!device) return target.label;
  std::string text = fmt::format("{}, {}", target.label, device_class_text(target.device_class));
  for (const std::string& member : measured_on(result, target)) text += ": " + member;
  if (target.kind == TargetKind::target_set) text += "; queue depths are of each";
  return text;
}

std::string render_verdict(const Result& result, const Verdict& verdict) {
  std::string sentence = verdict.sentence;
  if (sentence[0] >= 'a' && sentence[0] <= 'z') sentence[0] = static_cast<char>(sentence[0] - 32);
  std::string text = fmt::format("<article>\n{}<p class=lead>{}</p>\n",
                                 target_heading(result, *verdict.target), escape(sentence));
  if (!verdict.headlines.empty()) text += "<ul class=headlines>\n";
  for (const Headline& headline : verdict.headlines) text += render_headline(headline);
  if (!verdict.headlines.empty()) text += "</ul>\n";
  return text + "</article>\n";
}

}  // namespace

std::string target_heading(const Result& result, const Target& target) {
  return fmt::format("<h3>{} <span class=muted>{}</span></h3>\n", escape(target.id),
                     escape(what_it_is(result, target)));
}

std::string verdict_section(const Document& document) {
  std::string text;
  for (const Verdict& verdict : verdicts(document.result)) {
    text += render_verdict(document.result, verdict);
  }
  if (text.empty()) text = paragraph("No target was chosen, so nothing was measured.");
  const std::vector<std::string> notes = warnings(document.result);
  if (notes.empty()) return text;
  text += "<div class=notes>\n<h3>Read before use</h3>\n<ul>\n";
  for (const std::string& note : notes) text += "<li>" + escape(note) + "</li>\n";
  return text + "</ul>\n</div>\n";
}

}  // namespace assay::html

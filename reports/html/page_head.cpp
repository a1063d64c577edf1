#include "reports/html/page_head.hpp"

#include <fmt/format.h>

#include "embedded/report_css.hpp"
#include "reports/html/embed.hpp"
#include "reports/html/escape.hpp"
#include "reports/sha256.hpp"

namespace assay::html {

namespace {

/// The style sheet without line breaks and the blanks that no reader of a page needs; quoted text
/// stays as it is.
std::string squeezed(std::string_view css) {
  constexpr std::string_view needs_none_after = "{};:,";
  std::string text;
  bool quoted = false;
  for (std::size_t i = 0; i < css.size(); ++i) {
    quoted = quoted != (css[i] == '"');
    if (quoted || (css[i] != '\n' && css[i] != ' ')) {
      text += css[i];
      continue;
    }
    while (i + 1 < css.size() && (css[i + 1] == ' ' || css[i + 1] == '\n')) ++i;
    const bool ends = text.empty() || needs_none_after.find(text.back()) != std::string_view::npos;
    const bool begins = i + 1 < css.size() && (css[i + 1] == '{' || css[i + 1] == '}');
    if (!ends && !begins) text += ' ';
  }
  return text;
}

}  // namespace

std::string page_head(const std::string& title, const std::string& generator) {
  const std::string css = squeezed(embedded::report_css);
  // The hash lets exactly our style block in.
  const std::string css_hash = base64_encode(bytes_of_hex(sha256_hex(css)));
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"generator\" content=\"{}\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n",
      css_hash, escape(generator), escape(title), css);
}

std::string body_start(const PageMarks& marks) {
  std::string text = marks.forced ? "<body class=forced>\n" : "<body>\n";
  if (marks.synthetic) text += "<div class=watermark aria-hidden=true></div>\n";
  return text;
}

}  // namespace assay::html

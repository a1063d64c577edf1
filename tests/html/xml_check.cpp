#include "tests/html/xml_check.hpp"

#include <fmt/format.h>

#include <regex>
#include <set>

namespace assay {

namespace {

bool references_are_known(const std::string& text) {
  static const std::regex reference("&(?!(amp|lt|gt|quot|#[0-9]+);)");
  return !std::regex_search(text, reference);
}

/// Attributes of a start tag's inside: name="value" pairs and nothing else.
std::string attribute_error(std::string inside) {
  static const std::regex attribute("^\\s+([A-Za-z_][-A-Za-z0-9_:.]*)=\"([^\"<]*)\"");
  std::set<std::string> seen;
  std::smatch match;
  while (std::regex_search(inside, match, attribute)) {
    if (!seen.insert(match[1]).second) return "repeated attribute " + match[1].str();
    if (!references_are_known(match[2])) return "unknown reference in " + match[2].str();
    inside = match.suffix();
  }
  return inside.find_first_not_of(" \n") == std::string::npos ? "" : "stray text in tag: " + inside;
}

}  // namespace

std::string xml_error(std::string_view xml) {
  static const std::regex name("^[A-Za-z][-A-Za-z0-9]*");
  std::vector<std::string> open;
  std::size_t roots = 0;
  while (!xml.empty()) {
    const std::size_t start = std::min(xml.find('<'), xml.size());
    const std::string text(xml.substr(0, start));
    if (!references_are_known(text) || text.find('>') != std::string::npos) return "text: " + text;
    if (open.empty() && text.find_first_not_of(" \n") != std::string::npos) return "stray " + text;
    if (start == xml.size()) break;
    const std::size_t end = xml.find('>', start);
    if (end == std::string_view::npos) return "unclosed tag";
    std::string tag(xml.substr(start + 1, end - start - 1));
    xml.remove_prefix(end + 1);
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "unexpected </" + tag.substr(1);
      open.pop_back();
      continue;
    }
    const bool empty_element = tag.ends_with("/");
    if (empty_element) tag.pop_back();
    std::smatch match;
    if (!std::regex_search(tag, match, name)) return "no element name: " + tag;
    const std::string error = attribute_error(match.suffix());
    if (!error.empty()) return error;
    if (open.empty()) ++roots;
    if (!empty_element) open.push_back(match.str());
  }
  if (!open.empty()) return "never closed: " + open.back();
  return roots == 1 ? "" : fmt::format("{} roots", roots);
}

std::vector<std::string> svgs_of(std::string_view page) {
  std::vector<std::string> found;
  constexpr std::string_view end = "</svg>";
  for (std::size_t at = page.find("<svg "); at != std::string_view::npos;) {
    const std::size_t stop = page.find(end, at) + end.size();
    found.emplace_back(page.substr(at, stop - at));
    at = page.find("<svg ", stop);
  }
  return found;
}

}  // namespace assay

#include "runners/http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runners/usage_error.hpp"

namespace assay {

namespace {

std::uint16_t port_of(const std::string& digits, const std::string& shown) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) {
    throw UsageError(fmt::format("{}: the port is a number from 1 to 65535", shown));
  }
  return port;
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool usual = port == (scheme == "https" ? 443 : 80);
  return usual ? name : fmt::format("{}:{}", name, port);
}

Url parse_url(const std::string& text) {
  const std::string shown = without_query(text);
  const auto odd = [](char c) { return c <= ' ' || c >= 0x7f || c < 0; };
  if (std::any_of(text.begin(), text.end(), odd)) {
    throw UsageError("a URL has blanks, line ends or bytes that are not ASCII: encode them as %XX");
  }
  Url url;
  const std::size_t scheme_end = text.find("://");
  if (scheme_end != std::string::npos) url.scheme = text.substr(0, scheme_end);
  if (url.scheme != "http" && url.scheme != "https") {
    throw UsageError(fmt::format("{}: give a URL that begins with https:// or http://", shown));
  }
  const std::size_t begin = scheme_end + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  std::string authority = text.substr(begin, end - begin);
  if (authority.find('@') != std::string::npos) {
    throw UsageError("a URL may not carry user:password@; use presigned URLs or an instance role");
  }
  url.port = url.scheme == "https" ? 443 : 80;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
    url.port = port_of(authority.substr(colon + 1), shown);
    authority.resize(colon);
  }
  if (authority.size() > 2 && authority.front() == '[' && authority.back() == ']') {
    authority = authority.substr(1, authority.size() - 2);
  }
  if (authority.empty()) throw UsageError(fmt::format("{}: the URL names no host", shown));
  url.host = authority;
  const std::string rest = text.substr(end, text.find('#', end) - end);
  url.target = rest.empty() || rest.front() != '/' ? "/" + rest : rest;
  return url;
}

std::string without_query(const std::string& text) { return text.substr(0, text.find('?')); }

std::string percent_encoded(const std::string& text, Slashes slashes) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (plain.find(c) != std::string_view::npos || (c == '/' && slashes == Slashes::keep)) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace assay

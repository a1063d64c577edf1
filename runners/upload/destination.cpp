#include "runners/upload/destination.hpp"

#include <fmt/format.h>
#include <time.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "runners/http/url.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct ObjectRow {
  UploadObject object;
  const char* word;
  std::string_view file_name;
};
constexpr std::array<ObjectRow, 5> objects{{{UploadObject::result, "result", result_name},
                                            {UploadObject::partial_result, "partial", partial_name},
                                            {UploadObject::report, "report", "report.html"},
                                            {UploadObject::journal, "journal", journal_name},
                                            {UploadObject::log, "log", log_name}}};

const ObjectRow& row_of(UploadObject object) {
  for (const ObjectRow& row : objects) {
    if (row.object == object) return row;
  }
  return objects.front();
}

std::string without_slashes(std::string text) {
  while (!text.empty() && text.back() == '/') text.pop_back();
  return text.substr(std::min(text.find_first_not_of('/'), text.size()));
}

Destination parse_s3(const std::string& text) {
  static const std::regex bucket_name("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  Destination destination;
  destination.text = text;
  const std::string rest = text.substr(5);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  destination.bucket = rest.substr(0, slash);
  destination.key_prefix = without_slashes(rest.substr(slash));
  if (!std::regex_match(destination.bucket, bucket_name)) {
    throw UsageError(fmt::format("{}: '{}' is no bucket's name; give s3://bucket/prefix", text,
                                 destination.bucket));
  }
  return destination;
}

Destination parse_prefix(const std::string& text) {
  Destination destination;
  destination.text = without_query(text);
  parse_url(text);
  if (text.find_first_of("?#") != std::string::npos) {
    throw UsageError(fmt::format(
        "--upload {}: a presigned URL is for one object; give a file with a line 'NAME URL' for "
        "each of result, report, journal, log",
        destination.text));
  }
  destination.http_prefix = text;
  while (destination.http_prefix.back() == '/') destination.http_prefix.pop_back();
  return destination;
}

std::string parameter(const std::string& url, const std::string& name) {
  for (const char before : {'?', '&'}) {
    const std::size_t at = url.find(before + name + "=");
    if (at == std::string::npos) continue;
    const std::size_t begin = at + name.size() + 2;
    return url.substr(begin, url.find('&', begin) - begin);
  }
  return {};
}

}  // namespace

const char* word_of(UploadObject object) { return row_of(object).word; }

std::string_view file_name_of(UploadObject object) { return row_of(object).file_name; }

bool tells_of_a_run(std::string_view name) {
  return name == result_name || name == partial_name || name == journal_name || name == log_name;
}

std::optional<long> presigned_end_s(const std::string& url) {
  const std::string date = parameter(url, "X-Amz-Date");
  const std::string expires = parameter(url, "X-Amz-Expires");
  tm parts{};
  const char* end = strptime(date.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  long seconds = 0;
  const auto [stop, error] =
      std::from_chars(expires.data(), expires.data() + expires.size(), seconds);
  if (end == nullptr || *end != '\0' || date.empty()) return std::nullopt;
  if (error != std::errc() || stop != expires.data() + expires.size()) return std::nullopt;
  return timegm(&parts) + seconds;
}

Destination parse_presigned(const std::string& name, const std::string& text) {
  Destination destination;
  destination.text = name;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream words(line);
    std::string word;
    std::string url;
    std::string more;
    words >> word >> url >> more;
    if (word.empty() || word.front() == '#') continue;
    const ObjectRow* found = nullptr;
    for (const ObjectRow& row : objects) {
      if (word == row.word) found = &row;
    }
    if (found == nullptr || url.empty() || !more.empty()) {
      throw UsageError(fmt::format(
          "{}:{}: a line is 'NAME URL' with NAME one of result, partial, report, journal, log",
          name, number));
    }
    parse_url(url);
    if (!destination.presigned.emplace(found->object, url).second) {
      throw UsageError(fmt::format("{}:{}: a second URL for {}", name, number, word));
    }
  }
  if (destination.presigned.count(UploadObject::result) == 0) {
    throw UsageError(fmt::format("{}: no line 'result URL', so that nothing would be kept", name));
  }
  return destination;
}

Destination parse_destination(const std::string& text) {
  if (text.rfind("s3://", 0) == 0) return parse_s3(text);
  if (text.find("://") != std::string::npos) return parse_prefix(text);
  std::error_code error;
  std::ifstream file(text);
  if (!std::filesystem::is_regular_file(text, error) || !file) {
    throw UsageError(
        fmt::format("--upload {}: give s3://bucket/prefix, https://host/prefix, or a file of "
                    "presigned URLs; no such file can be read",
                    text));
  }
  std::ostringstream content;
  content << file.rdbuf();
  return parse_presigned(text, content.str());
}

}  // namespace assay

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// What files of a run are called, in a bucket and in a directory.
constexpr std::string_view result_name = "result.json";
constexpr std::string_view partial_name = "result-partial.json";
constexpr std::string_view journal_name = "journal.ndjson";
constexpr std::string_view log_name = "assay.log";

/// Whether a file of that name is what a run is judged by: one of the four.
bool tells_of_a_run(std::string_view name);

/// What of a run is uploaded, under these names below a prefix.
enum class UploadObject { result, partial_result, report, journal, log };

/// Where a run is uploaded to: exactly one of the three.
struct Destination {
  std::string text;         // as the user gave it, for messages; never a secret
  std::string http_prefix;  // https://host/path
  std::string bucket;       // of s3://bucket/prefix
  std::string key_prefix;   // of that, without slashes at its ends
  std::map<UploadObject, std::string> presigned;  // one URL each
};

/// `s3://bucket/prefix`, a http(s) prefix, or a file with a line "NAME URL" for each object (NAME:
/// result, partial, report, journal, log), the URLs presigned for PUT. Throws UsageError in words
/// that never repeat a query.
Destination parse_destination(const std::string& text);

/// The same from the text of such a file; `name` is used in messages.
Destination parse_presigned(const std::string& name, const std::string& text);

/// When a URL presigned by Signature Version 4 ends (X-Amz-Date + X-Amz-Expires), in s since 1970;
/// empty where it carries no such parameters.
std::optional<long> presigned_end_s(const std::string& url);

/// "result", "partial", ...: the word for an object in a file of URLs.
const char* word_of(UploadObject object);

/// "result.json", "report.html", ...: its name below a prefix.
std::string_view file_name_of(UploadObject object);

}  // namespace assay

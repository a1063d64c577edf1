#include "reports/trust/redaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>
#include <utility>

#include "reports/fleet/run_summary.hpp"
#include "reports/json/fields.hpp"
#include "reports/json/result_json.hpp"
#include "reports/sha256.hpp"
#include "reports/trust/seal.hpp"

namespace assay {

namespace {

using Replacements = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view mark = "redacted";
constexpr std::size_t digits_kept = 12;
constexpr std::size_t sha256_digits = 64;
constexpr std::size_t findable_bytes_min = 6;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

bool is_redacted(std::string_view text) { return text.starts_with(mark); }

/// Whether a name may be looked for in texts: a short one, such as a serial number "1", or one
/// without a digit, such as a host called "instance", is found in words that mean something else.
bool is_findable(std::string_view name) {
  return name.size() >= findable_bytes_min && std::any_of(name.begin(), name.end(), is_digit);
}

/// A volume's id is vol-0123 in most places and vol0123 as its serial number: both are one volume.
std::string pseudonym(std::string_view id) {
  if (id.empty() || is_redacted(id)) return std::string(id);
  std::string plain(id);
  plain.erase(std::remove(plain.begin(), plain.end(), '-'), plain.end());
  return fmt::format("{}-{}", mark, sha256_hex(plain).substr(0, digits_kept));
}

template <class Belongs>
std::size_t run_length(std::string_view text, Belongs belongs) {
  std::size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

/// Length of an id of EC2 at the start of `text`: a prefix and 8 to 17 hex digits; 0: none there.
std::size_t ec2_id_length(std::string_view text) {
  constexpr std::array<std::string_view, 11> prefixes = {
      "i-", "mi-", "vol-", "vol", "snap-", "eni-", "subnet-", "vpc-", "sg-", "r-", "eipalloc-"};
  constexpr std::size_t digits_min = 8;
  constexpr std::size_t digits_max = 17;
  for (const std::string_view prefix : prefixes) {
    if (!text.starts_with(prefix)) continue;
    const std::size_t digits = run_length(text.substr(prefix.size()), is_hex);
    const std::size_t end = prefix.size() + digits;
    const bool whole = end == text.size() || !is_word(text[end]);
    if (digits >= digits_min && digits <= digits_max && whole) return end;
  }
  return 0;
}

/// Length of a host name that EC2 gives by address, with its domain: ip-10-0-1-23.ec2.internal.
std::size_t ec2_host_length(std::string_view text) {
  constexpr std::string_view prefix = "ip-";
  if (!text.starts_with(prefix)) return 0;
  std::size_t end = prefix.size();
  for (int part = 0; part < 4; ++part) {
    const std::size_t digits = run_length(text.substr(end), is_digit);
    if (digits == 0 || digits > 3) return 0;
    end += digits;
    if (part < 3 && (end == text.size() || text[end++] != '-')) return 0;
  }
  const auto in_domain = [](char c) { return is_word(c) || c == '-' || c == '.'; };
  return end + (text.substr(end).starts_with(".") ? run_length(text.substr(end), in_domain) : 0);
}

/// Length of an account in an ARN or an owner's field: 12 digits that are no part of a number.
std::size_t account_length(std::string_view text) {
  constexpr std::size_t account_digits = 12;
  const std::size_t digits = run_length(text, is_digit);
  const bool whole = digits == text.size() || text[digits] == ':' || text[digits] == '/';
  return digits == account_digits && whole ? digits : 0;
}

struct Removal {
  std::size_t length = 0;
  std::string instead;
};

/// What stands at `at` and must not stay; length 0: nothing.
Removal removal_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (const std::size_t id = ec2_id_length(rest)) return {id, pseudonym(rest.substr(0, id))};
  if (const std::size_t host = ec2_host_length(rest)) return {host, "redacted-host"};
  if (at > 0 && text[at - 1] == ':') {
    if (const std::size_t account = account_length(rest)) return {account, "redacted-account"};
  }
  return {};
}

void replace_user_names(std::string& text) {
  constexpr std::string_view homes = "/home/";
  for (std::size_t at = text.find(homes); at != std::string::npos; at = text.find(homes, at)) {
    at += homes.size();
    const auto in_name = [](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; };
    const std::size_t length = run_length(std::string_view(text).substr(at), in_name);
    if (length > 0) text.replace(at, length, mark);
  }
}

/// Where it stands for itself: not within another word.
void replace_all(std::string& text, const std::string& name, const std::string& instead) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const std::size_t end = at + name.size();
    const bool whole =
        (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
    if (whole) text.replace(at, name.size(), instead);
    at += whole ? instead.size() : name.size();
  }
}

/// Addresses on a command line: they may hold buckets, hosts and the secrets of presigned URLs.
void replace_addresses(std::string& text) {
  constexpr std::string_view separator = "://";
  for (std::size_t at = text.find(separator); at != std::string::npos;
       at = text.find(separator, at)) {
    at += separator.size();
    const auto in_address = [](char c) { return c != ' ' && c != '\'' && c != '"'; };
    const std::size_t length = run_length(std::string_view(text).substr(at), in_address);
    text.replace(at, length, mark);
  }
}

/// Changes every text of a Result but the names and units of its numbers and what refers to another
/// part of it.
class TextVisitor {
 public:
  explicit TextVisitor(const Replacements& names) : names_(names) {}

  template <class T>
  void operator()(const char* field, T& value) {
    constexpr std::array<std::string_view, 5> references = {"id", "target", "members", "workload",
                                                            "suite"};
    if (std::find(references.begin(), references.end(), field) == references.end()) change(value);
  }
  template <class T>
  void buckets(const char* /*field*/, T& /*value*/) {}

 private:
  void change(std::string& text) {
    if (text.empty()) return;
    for (const auto& [name, instead] : names_) replace_all(text, name, instead);
    text = without_ids(text);
  }
  template <class T>
  void change(std::optional<T>& value) {
    if (value) change(*value);
  }
  template <class T>
  void change(std::vector<T>& values) {
    for (T& value : values) change(value);
  }
  /// Its target is what a user called it, which may be a path.
  void change(Finding& found) {
    change(found.target);
    json::fields(*this, found);
  }
  void change(Metric& /*value*/) {}
  void change(Sample& /*value*/) {}
  void change(Tick& /*value*/) {}
  template <class T>
  void change(T& value) {
    if constexpr (std::is_class_v<T>) json::fields(*this, value);
  }

  const Replacements& names_;
};

/// Names to be looked for in every text; of one that holds another the longer goes first.
class Names {
 public:
  void add(const std::string& name, const std::string& instead) {
    if (is_findable(name) && !is_redacted(name)) names_.emplace_back(name, instead);
  }

  Replacements take() {
    std::stable_sort(names_.begin(), names_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    return std::move(names_);
  }

 private:
  Replacements names_;
};

/// Takes the field's value away and remembers it as something to look for.
void hide(std::string& field, Names& names) {
  const std::string instead = pseudonym(field);
  names.add(field, instead);
  field = instead;
}

/// Of the server, and of this machine: "rw,clientaddr=10.0.1.23,addr=10.0.7.5".
void hide_addresses(std::string& options, Names& names) {
  std::string kept;
  std::istringstream all(options);
  for (std::string option; std::getline(all, option, ',');) {
    const std::size_t value = option.find('=') + 1;
    if (value > 0 && option.substr(0, value).ends_with("addr=")) {
      names.add(option.substr(value), "redacted-address");
      option.replace(value, std::string::npos, "redacted-address");
    }
    kept += (kept.empty() ? "" : ",") + option;
  }
  options = kept;
}

void hide_server(FileSystem& mounted, Names& names) {
  const std::size_t path = mounted.source.find(":/");
  const bool windows = mounted.source.starts_with("//");
  if (path == std::string::npos && !windows) return;
  hide_addresses(mounted.options, names);
  const std::size_t begin = windows ? 2 : 0;
  const std::size_t end = windows ? mounted.source.find('/', begin) : path;
  const std::string server = mounted.source.substr(begin, end - begin);
  names.add(server, "redacted-host");
  if (end != std::string::npos) mounted.source.replace(begin, end - begin, "redacted-host");
}

Names hide_fields(Result& result) {
  Names names;
  Host& host = result.host;
  const std::string machine = pseudonym(machine_of(host));
  // Of an import nothing tells which machine it was.
  if (!result.import) host.identity.board_asset_tag = machine;
  if (host.ec2) {
    names.add(host.ec2->instance_id, machine);
    host.ec2->instance_id.clear();
    if (host.ec2->account_id) names.add(*host.ec2->account_id, "redacted-account");
    host.ec2->account_id.reset();
    host.ec2->tags.clear();
  }
  for (BlockDevice& device : host.block_devices) {
    hide(device.serial, names);
    device.by_id.clear();
    if (device.nvme) hide(device.nvme->volume_id, names);
  }
  for (Gpu& gpu : host.gpu.devices) hide(gpu.uuid, names);
  for (Target& target : result.plan.targets) {
    if (!target.serial.starts_with("loop:")) hide(target.serial, names);
  }
  for (FileSystem& mounted : host.file_systems) hide_server(mounted, names);
  return names;
}

}  // namespace

std::string without_ids(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const bool word_begins = is_word(text[at]) && (at == 0 || !is_word(text[at - 1]));
    const Removal removal = word_begins ? removal_at(text, at) : Removal{};
    if (removal.length == 0) {
      clean += text[at++];
    } else {
      clean += removal.instead;
      at += removal.length;
    }
  }
  replace_user_names(clean);
  return clean;
}

void redact(Result& result, const std::vector<std::string>& names) {
  Names found = hide_fields(result);
  for (const std::string& name : names) found.add(name, "redacted-host");
  replace_addresses(result.provenance.command_line);
  const Replacements replacements = found.take();
  TextVisitor visitor(replacements);
  json::fields(visitor, result);
  result.redaction = Redaction{{"instance id", "account id", "tags of the instance", "volume ids",
                                "serial numbers", "GPU UUIDs", "host names", "user names",
                                "addresses on the command line and of file servers"}};
  result.integrity.reset();
}

std::string redacted_copy(Result& result, const std::vector<std::string>& names) {
  redact(result, names);
  seal(result, std::nullopt);
  return write_json(result);
}

std::string redacted_copy_of_broken(Result& result) {
  redact(result);
  result.integrity = Integrity{std::string(sha256_digits, '0'), {}, {}};
  return write_json(result);
}

}  // namespace assay

#include "runners/collect/listing.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace assay {

namespace {

constexpr std::size_t depth_max = 8;
constexpr std::string_view blanks = " \t\r\n";

[[noreturn]] void odd_listing(const std::string& what) {
  throw std::runtime_error("the bucket's list cannot be read: " + what);
}

struct Entity {
  std::string_view name;
  char character;
};
constexpr std::array<Entity, 5> entities{
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      add(0xe0 | code >> 12);
    } else {
      add(0xf0 | code >> 18);
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
}

/// `reference` is what stands between & and ;
void append_reference(std::string& text, std::string_view reference) {
  for (const Entity& entity : entities) {
    if (reference == entity.name) return text.push_back(entity.character);
  }
  const bool hex = reference.substr(0, 2) == "#x";
  const std::string_view digits = reference.substr(hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  if (reference.substr(0, 1) != "#" || digits.empty() || error != std::errc() ||
      end != digits.data() + digits.size() || code == 0 || code > 0x10ffff || surrogate) {
    odd_listing("an unknown reference in it");
  }
  append_utf8(text, code);
}

/// Owns the place in the text and the names of the open elements.
class ListingReader {
 public:
  explicit ListingReader(std::string_view xml) : rest_(xml) {}

  Listing read() {
    while (!rest_.empty()) {
      if (rest_.front() == '<') {
        markup();
      } else {
        characters();
      }
    }
    if (!open_.empty()) odd_listing("it is cut off");
    if (!seen_) odd_listing("it is empty");
    finish();
    return std::move(listing_);
  }

 private:
  std::string_view until(std::string_view end) {
    const std::size_t at = rest_.find(end);
    if (at == std::string_view::npos) odd_listing("it is cut off");
    const std::string_view text = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return text;
  }

  bool take(std::string_view prefix) {
    if (rest_.substr(0, prefix.size()) != prefix) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }

  void markup() {
    if (take("<?")) return (void)until("?>");
    if (take("<!--")) return (void)until("-->");
    if (rest_.substr(0, 2) == "<!")
      odd_listing("a document type or CDATA, which S3 does not write");
    if (take("</")) {
      std::string_view name = until(">");
      name = name.substr(0, name.find_last_not_of(blanks) + 1);
      return close(name);
    }
    rest_.remove_prefix(1);
    open_element();
  }

  void open_element() {
    // A > may stand in the value of an attribute.
    char quote = '\0';
    std::size_t end = 0;
    for (; end < rest_.size() && (quote != '\0' || rest_[end] != '>'); ++end) {
      const char c = rest_[end];
      if (c == quote) {
        quote = '\0';
      } else if (quote == '\0' && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == '<') {
        odd_listing("an element within a tag");
      }
    }
    if (end == rest_.size()) odd_listing("it is cut off");
    std::string_view tag = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const bool closed = !tag.empty() && tag.back() == '/';
    if (closed) tag.remove_suffix(1);
    const std::string_view name = tag.substr(0, tag.find_first_of(blanks));
    if (name.empty()) odd_listing("a tag without a name");
    if (open_.empty() && seen_) odd_listing("more than one document");
    if (open_.empty() && name != "ListBucketResult") odd_listing("it is no ListBucketResult");
    if (open_.size() == depth_max) odd_listing("it is too deep");
    seen_ = true;
    open_.push_back(name);
    text_.clear();
    if (open_.size() == 2 && name == "Contents") listing_.objects.emplace_back();
    if (closed) close(name);
  }

  void characters() {
    while (!rest_.empty() && rest_.front() != '<') {
      if (take("&")) {
        const std::string_view reference = rest_.substr(0, std::min<std::size_t>(12, rest_.size()));
        const std::size_t end = reference.find(';');
        if (end == std::string_view::npos) odd_listing("an & that begins nothing");
        append_reference(text_, reference.substr(0, end));
        rest_.remove_prefix(end + 1);
        continue;
      }
      const std::size_t end = std::min(rest_.find_first_of("<&"), rest_.size());
      text_ += rest_.substr(0, end);
      if (open_.empty() && text_.find_first_not_of(blanks) != std::string::npos) {
        odd_listing("text outside of it");
      }
      rest_.remove_prefix(end);
    }
  }

  void close(std::string_view name) {
    if (open_.empty() || open_.back() != name) odd_listing("tags that do not match");
    if (open_.size() == 2) take_field(name);
    if (open_.size() == 3 && open_[1] == "Contents") take_object_field(name);
    open_.pop_back();
    text_.clear();
  }

  void take_field(std::string_view name) {
    if (name == "IsTruncated") truncated_ = text_ == "true";
    if (name == "NextContinuationToken") listing_.next_token = text_;
    if (name == "EncodingType") encoded_ = text_ == "url";
  }

  void take_object_field(std::string_view name) {
    ListedObject& object = listing_.objects.back();
    if (name == "Key") object.key = text_;
    if (name == "ETag") object.etag = text_;
    if (name == "LastModified") {
      tm parts{};
      if (strptime(text_.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) != nullptr) {
        object.modified_s = timegm(&parts);
      }
    }
    if (name == "Size") {
      const char* const end = text_.data() + text_.size();
      const auto read = std::from_chars(text_.data(), end, object.size_bytes);
      if (read.ec != std::errc() || read.ptr != end) odd_listing("a size that is no number");
    }
  }

  /// With encoding-type=url a key comes percent-encoded, a blank as a plus.
  static std::string decoded(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        bytes.push_back(text[i] == '+' ? ' ' : text[i]);
        continue;
      }
      unsigned int byte = 0;
      const char* const end = text.data() + std::min(i + 3, text.size());
      const auto read = std::from_chars(text.data() + i + 1, end, byte, 16);
      if (read.ec != std::errc() || read.ptr != text.data() + i + 3) {
        odd_listing("a key that is not encoded as it says");
      }
      bytes.push_back(static_cast<char>(byte));
      i += 2;
    }
    return bytes;
  }

  void finish() {
    for (ListedObject& object : listing_.objects) {
      if (encoded_) object.key = decoded(object.key);
      if (object.key.empty()) odd_listing("an object without a key");
    }
    if (!truncated_) listing_.next_token.clear();
    if (truncated_ && listing_.next_token.empty()) odd_listing("it goes on, but not where");
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
  std::string text_;  // of the innermost element since its last tag
  Listing listing_;
  bool seen_ = false;
  bool truncated_ = false;
  bool encoded_ = false;
};

}  // namespace

Listing parse_listing(std::string_view xml) { return ListingReader(xml).read(); }

}  // namespace assay

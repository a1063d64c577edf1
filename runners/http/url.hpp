#pragma once

#include <cstdint>
#include <string>

namespace assay {

/// http or https, as it goes over the wire: `target` is path and query, encoded by the caller.
struct Url {
  std::string scheme;
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;
  std::string target = "/";

  /// Value of the Host header: the port only where it is not the scheme's own.
  std::string authority() const;
};

/// Throws UsageError in words: no http(s), no host, blanks or control characters, user:password@.
/// Its words never repeat the query, which may be a signature.
Url parse_url(const std::string& text);

/// The URL without its query, for messages: a presigned query is a secret.
std::string without_query(const std::string& text);

/// Percent-encoding of RFC 3986: all but letters, digits and -._~; slashes stay with keep_slashes.
enum class Slashes { keep, encode };
std::string percent_encoded(const std::string& text, Slashes slashes);

}  // namespace assay

#include "reports/html/embed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/html/page.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay::html {
namespace {

std::string error_of(const std::string& page) {
  try {
    extract_embedded_result(page);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Base64, KnowsTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Zg=", "Z", "Zm9!", "====", "Zg==Zg==", "Zm=v"}) {
    EXPECT_THROW(base64_decode(text), std::runtime_error) << text;
  }
}

TEST(Embed, RoundTripsAnyBytes) {
  std::string bytes;
  for (unsigned i = 0; i < 100000; ++i) bytes += static_cast<char>(i * i / 7);
  for (const std::string& text : {std::string(), std::string("{}"), bytes}) {
    EXPECT_EQ(extract_embedded_result("<html>" + embed_result(text) + "</html>"), text);
  }
}

TEST(Embed, RoundTripsThroughAPageOfHostileNames) {
  const Result result = hostile_result();
  const std::string json = synthetic_json(result) + "</script><!-- \xff";
  EXPECT_EQ(extract_embedded_result(render_html(result, json)), json);
}

TEST(Embed, SaysWhatIsWrong) {
  const std::string good = embed_result("{\"schema\":\"assay-result\"}");
  EXPECT_NE(error_of("<html><p>hello</p></html>").find("not an assay report"), std::string::npos);
  EXPECT_NE(error_of(good.substr(0, good.size() - 30)).find("ends within"), std::string::npos);

  std::string damaged = good;
  damaged[damaged.find("\">") + 4] = '!';
  EXPECT_NE(error_of(damaged).find("damaged"), std::string::npos);

  std::string other_hash = good;
  const std::size_t digit = other_hash.find("data-sha256=\"") + 13;
  other_hash[digit] = other_hash[digit] == '0' ? '1' : '0';
  EXPECT_NE(error_of(other_hash).find("SHA-256"), std::string::npos);
}

TEST(Embed, ReadsBackALargeResult) {
  const std::string json((64U << 20) + 1, ' ');
  EXPECT_TRUE(extract_embedded_result(embed_result(json)) == json);
}

TEST(Embed, RefusesACompressionBomb) {
  const std::string packed = gzip_compress(std::string((1U << 20) + 1, ' '));
  EXPECT_LT(packed.size(), 20000U);
  try {
    gzip_decompress(packed, 1U << 20);
    FAIL() << "took it";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("larger than 1 MiB"), std::string::npos);
  }
}

}  // namespace
}  // namespace assay::html

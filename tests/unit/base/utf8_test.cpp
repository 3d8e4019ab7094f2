// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <catch2/catch.hpp>

namespace bulkhead {

TEST_CASE("utf-8: a character is as long as its first byte says, if its other bytes fit",
          "[base][utf8]") {
  CHECK(utf8_character("a", 0) == 1);
  CHECK(utf8_character("\xc3\xbc", 0) == 2);
  CHECK(utf8_character("\xe2\x82\xac", 0) == 3);
  CHECK(utf8_character("\xf0\x9f\x94\x92", 0) == 4);
  CHECK(utf8_character("x\xc3\xbc", 1) == 2);
}

TEST_CASE("utf-8: overlong forms, surrogates, what is beyond Unicode and what is cut are none",
          "[base][utf8]") {
  const std::string bytes =
      GENERATE(as<std::string>{}, "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf",
               "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
               "\xc3", "\xe2\x82", "\xf0\x9f\x94", "\xc3\x41");
  CHECK(utf8_character(bytes, 0) == 0);
}

TEST_CASE("utf-8: code points are what their bytes say", "[base][utf8]") {
  CHECK(utf8_code_point("a") == 'a');
  CHECK(utf8_code_point("\xc3\xbc") == 0xfc);
  CHECK(utf8_code_point("\xe2\x82\xac") == 0x20ac);
  CHECK(utf8_code_point("\xf0\x9f\x94\x92") == 0x1f512);
}

TEST_CASE("utf-8: a line that is shown holds neither control characters nor broken bytes",
          "[base][utf8]") {
  CHECK(printable_utf8("plc-7 \xc3\xbc", 100) == "plc-7 \xc3\xbc");
  CHECK(printable_utf8(std::string("a\0b\nc\x1b[31m\x7f", 10), 100) == "a?b?c?[31m");
  CHECK(printable_utf8("\xc2\x9b"
                       "31m",
                       100) == "?31m");  // C1: CSI
  CHECK(printable_utf8("\xff\xc3(", 100) ==
        "?"
        "?(");
}

TEST_CASE("utf-8: a line is cut between characters", "[base][utf8]") {
  CHECK(printable_utf8("ab\xe2\x82\xac", 4) == "ab");
  CHECK(printable_utf8("ab\xe2\x82\xac", 5) == "ab\xe2\x82\xac");
  CHECK(printable_utf8(std::string(70'000, 'x'), 65'535).size() == 65'535);
}

}  // namespace bulkhead

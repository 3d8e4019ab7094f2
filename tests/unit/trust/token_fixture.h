// SPDX-License-Identifier: Apache-2.0
// A software token (SoftHSM 2) of this process, made anew in a directory of its own.
#pragma once

#include <string>

#include "trust_fixture.h"

namespace bulkhead::trust {

// One for the whole process: a PKCS#11 module reads its configuration once.
class TestToken {
 public:
  static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";

  // False: SoftHSM or OpenSSL's pkcs11 engine is not installed.
  static bool available();
  static TestToken& instance();

  // Makes `key` an object of the token; the private half cannot be read out of it again.
  void import(EVP_PKEY* key, const std::string& object, const std::string& id);
  // `pin_file`: pin_file(), another, or empty for none.
  [[nodiscard]] std::string uri(const std::string& object, const std::string& pin_file) const;
  [[nodiscard]] std::string pin_file() const { return directory_.file("pin"); }
  [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }

 private:
  TestToken();
  void run(const std::string& command) const;

  TempDir directory_;
};

void write_text(const std::string& path, const std::string& text, unsigned mode);

}  // namespace bulkhead::trust

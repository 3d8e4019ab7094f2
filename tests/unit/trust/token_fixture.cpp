// SPDX-License-Identifier: Apache-2.0
#include "token_fixture.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace bulkhead::trust {

namespace {

constexpr const char* kPin = "4711-secret";

}  // namespace

bool TestToken::available() {
  return ::access(kModule, R_OK) == 0 && std::filesystem::exists("/usr/bin/softhsm2-util") &&
         std::filesystem::exists("/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so");
}

TestToken& TestToken::instance() {
  static TestToken token;
  return token;
}

TestToken::TestToken() {
  const std::string configuration = file("softhsm2.conf");
  std::filesystem::create_directory(file("tokens"));
  write_text(configuration,
             "directories.tokendir = " + file("tokens") + "\nobjectstore.backend = file\n", 0600);
  ::setenv("SOFTHSM2_CONF", configuration.c_str(), 1);
  write_text(pin_file(), std::string(kPin) + "\n", 0600);
  run(std::string("--init-token --free --label plant --so-pin 12345678 --pin ") + kPin);
}

void TestToken::run(const std::string& command) const {
  REQUIRE(std::system(("softhsm2-util " + command + " >/dev/null 2>&1").c_str()) == 0);
}

void TestToken::import(EVP_PKEY* key, const std::string& object, const std::string& id) {
  REQUIRE(pki::write_private_key(file("import.key"), key).ok());
  run("--import " + file("import.key") + " --token plant --label " + object + " --id " + id +
      " --pin " + kPin);
  std::filesystem::remove(file("import.key"));
}

std::string TestToken::uri(const std::string& object, const std::string& pin_file) const {
  return "pkcs11:token=plant;object=" + object + "?module-path=" + kModule +
         (pin_file.empty() ? "" : "&pin-source=file:" + pin_file);
}

void write_text(const std::string& path, const std::string& text, unsigned mode) {
  REQUIRE(write_file_atomically(path, text, mode).ok());
}

}  // namespace bulkhead::trust

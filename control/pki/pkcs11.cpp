// SPDX-License-Identifier: Apache-2.0
#define OPENSSL_SUPPRESS_DEPRECATED  // ENGINE: see the header; before OpenSSL is first included

#include "pki/pkcs11.h"

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mutex>

#include "base/file.h"
#include "base/secure_wipe.h"

namespace bulkhead::pki {

namespace {

constexpr size_t kMaxPinFile = 256;

struct FinishEngine {
  void operator()(ENGINE* engine) const noexcept {
    ENGINE_finish(engine);
    ENGINE_free(engine);
  }
};
using EnginePtr = std::unique_ptr<ENGINE, FinishEngine>;

// A pin, gone from memory with its owner.
class Pin {
 public:
  explicit Pin(std::string text) : text_(std::move(text)) {}
  Pin(Pin&& other) noexcept = default;
  ~Pin() { secure_wipe(text_.data(), text_.size()); }
  [[nodiscard]] const char* text() const noexcept { return text_.c_str(); }

 private:
  std::string text_;
};

Result<Pin> read_pin(const Pkcs11Uri& uri) {
  const std::string& path = uri.pin_file;
  if (path.empty())
    return Error{ErrorCode::kPermission,
                 uri.key + ": no pin: add ?pin-source=/path/to/pin, a file of mode 0600"};
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return io_error("the token's pin: stat " + path);
  if ((info.st_mode & 077) != 0)
    return Error{ErrorCode::kPermission,
                 path + ": others can read this pin; run: chmod 600 " + path};
  Result<std::string> text = read_file(path, kMaxPinFile);
  if (!text.ok()) return std::move(text).error();
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  if (text->empty()) return Error{ErrorCode::kPermission, path + ": the pin is empty"};
  return Pin{std::move(*text)};
}

// All of OpenSSL's reasons, innermost first: the engine's own comes last and says least.
std::string reasons() {
  std::string text;
  while (const unsigned long number = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(number);
    if (reason == nullptr || text.find(reason) != std::string::npos) continue;
    text += (text.empty() ? "" : "; ") + std::string(reason);
  }
  return text.empty() ? "no reason given" : text;
}

Error unavailable(const std::string& sentence) {
  return Error{ErrorCode::kUnavailable, sentence};
}

// The one engine of this process and the module in it.
class TokenEngine {
 public:
  static TokenEngine& instance() {
    // Never destroyed: keys may outlive every static object.
    static auto* const engine = new TokenEngine;
    return *engine;
  }
  Result<KeyPtr> load(const Pkcs11Uri& uri, const Pin& pin) {
    const std::lock_guard lock(mutex_);
    if (Status ready = open(uri); !ready.ok()) return std::move(ready).error();
    ERR_clear_error();
    if (ENGINE_ctrl_cmd_string(engine_.get(), "PIN", pin.text(), 0) != 1)
      return unavailable(uri.key + ": the pkcs11 engine takes no pin: " + reasons());
    // UI_null: a pin is never asked for at a terminal.
    KeyPtr key{ENGINE_load_private_key(engine_.get(), uri.key.c_str(),
                                       const_cast<UI_METHOD*>(UI_null()), nullptr)};
    if (!key) return refusal(uri);
    ERR_clear_error();
    return key;
  }

 private:
  Status open(const Pkcs11Uri& uri) {
    if (engine_ != nullptr && uri.module_path == module_path_) return {};
    if (engine_ != nullptr)
      return Error{ErrorCode::kUnsupported,
                   uri.key + ": one PKCS#11 module serves a process, and " +
                       (module_path_.empty() ? "the default one" : module_path_) + " is in use"};
    const std::string& module = uri.module_path;
    if (!module.empty() && ::access(module.c_str(), R_OK) != 0)
      return io_error(uri.key + ": the PKCS#11 module " + module);
    ENGINE_load_dynamic();
    ENGINE* const engine = ENGINE_by_id("pkcs11");
    if (engine == nullptr)
      return unavailable(
          "OpenSSL's pkcs11 engine is not there; install libengine-pkcs11-openssl (" + reasons() +
          ")");
    if ((!module.empty() &&
         ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module.c_str(), 0) != 1) ||
        ENGINE_init(engine) != 1) {
      ENGINE_free(engine);
      return unavailable(uri.key + ": the PKCS#11 module cannot be used: " + reasons());
    }
    engine_.reset(engine);
    module_path_ = module;
    return {};
  }
  static Error refusal(const Pkcs11Uri& uri) {
    const std::string why = reasons();
    if (why.find("PIN") != std::string::npos || why.find("ogin") != std::string::npos)
      return Error{ErrorCode::kPermission, uri.key + ": the token refuses the pin in " +
                                               uri.pin_file + " (" + why +
                                               "); too many wrong ones lock it"};
    return Error{ErrorCode::kNotFound, uri.key + ": no such token or no such private key in it (" +
                                           why +
                                           "); compare with: pkcs11-tool --list-objects --login"};
  }

  std::mutex mutex_;
  EnginePtr engine_;
  std::string module_path_;
};

}  // namespace

Result<KeyPtr> load_token_key(const std::string& text) {
  Result<Pkcs11Uri> uri = parse_pkcs11_uri(text);
  if (!uri.ok()) return std::move(uri).error();
  Result<Pin> pin = read_pin(*uri);
  if (!pin.ok()) return std::move(pin).error();
  return TokenEngine::instance().load(*uri, *pin);
}

}  // namespace bulkhead::pki

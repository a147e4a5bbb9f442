import Glibc

/// Tesseract and OpenBLAS start threads of their own unless told otherwise; here an engine is one thread.
enum SingleThreadedMaths {
    private static let variable = "OMP_THREAD_LIMIT"

    /// OpenMP reads its limit once, before `main`: where it is not set, the process begins again with it.
    ///
    /// - Throws: where the program can't be started anew.
    static func ensure(_ environment: [String: String]) throws {
        guard environment[variable] == nil else { return }
        setenv(variable, "1", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
        throw Settings.Wrong(message: "\(variable)=1 is not set, and the program can't be started anew with it")
    }
}

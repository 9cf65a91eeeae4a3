;; A component with one block. A test puts in what it does: the words in capitals are its places.
(component
  ;; IMPORT
  (core module $module
    (memory (export "memory") 1)
    (data (i32.const 16) "DESCRIPTION")
    (data (i32.const 2048) "VIEW")
    (data (i32.const 4096) "\ff\fe\ff\fe\ff\fe\ff\fe")
    ;; At 0 stand the place and the length of an answer.
    (func $answer (param $place i32) (param $length i32) (result i32)
      (i32.store (i32.const 0) (local.get $place))
      (i32.store (i32.const 4) (local.get $length))
      (i32.const 0))
    (func (export "describe") (result i32)
      (call $answer (i32.const 16) (i32.const LENGTH_OF_DESCRIPTION)))
    (func (export "render") (param i32 i32) (result i32)
      RENDER)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (i32.const 16384))
    ;; MORE
  )
  (core instance $guest (instantiate $module))
  (func $describe (result string)
    (canon lift (core func $guest "describe") (memory $guest "memory")))
  (func $render (param "block" string) (result string)
    (canon lift (core func $guest "render") (memory $guest "memory") (realloc (func $guest "realloc"))))
  (instance $describing (export "describe" (func $describe)))
  (instance $rendering (export "render" (func $render)))
  (export "magnetiq:plugin/describe@0.1.0" (instance $describing))
  (export "magnetiq:plugin/render@0.1.0" (instance $rendering)))
